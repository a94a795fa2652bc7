import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makePatch } from '../../../lib/cloudcontrol/patch/make-patch.ts';
import { delicateProperties } from '../../../lib/cloudcontrol/patch/patch-operation.ts';
import { readTypeSchema } from '../../../lib/cloudcontrol/type-schema.ts';
import { applyPatch, parsePatch } from '../../../lib/local/cloudcontrol/json-patch.ts';

const schema = readTypeSchema(
  'Shop::Test::Thing',
  JSON.stringify({
    properties: {
      Name: { type: 'string' },
      Arn: { type: 'string' },
      Size: { type: 'integer' },
      Secret: { type: 'string' },
      Seed: { type: 'string' },
      Settings: { $ref: '#/definitions/Settings' },
      Zones: { type: 'array', insertionOrder: false, items: { type: 'string' } },
      Steps: { type: 'array', items: { type: 'string' } },
      Tags: { type: 'array', items: { type: 'object', properties: { Key: {}, Value: {} } } },
      Rules: { type: 'array', items: { $ref: '#/definitions/Rule' } },
      Policy: { type: ['object', 'string'] },
    },
    definitions: {
      Settings: {
        type: 'object',
        properties: { Mode: {}, Password: {}, Status: {}, Origin: {}, Nested: { properties: { A: {}, B: {} } } },
      },
      Rule: { type: 'object', properties: { Id: {}, Path: {}, Token: {}, State: {} } },
    },
    primaryIdentifier: ['/properties/Name'],
    readOnlyProperties: ['/properties/Arn', '/properties/Settings/Status', '/properties/Rules/*/State'],
    writeOnlyProperties: [
      '/properties/Secret',
      '/properties/Seed',
      '/properties/Settings/Password',
      '/properties/Rules/items/Token',
    ],
    createOnlyProperties: ['/properties/Name', '/properties/Seed', '/properties/Settings/Origin'],
    conditionalCreateOnlyProperties: ['/properties/Size', '/properties/Settings/Nested/A'],
    handlers: { create: {}, read: {}, update: {}, delete: {} },
  }),
);

const patchOf = (live: object, desired: object) => makePatch(schema, { ...live }, { ...desired });
const add = (path: string, value: unknown) => ({ op: 'add', path, value });

describe('the patch from a live resource to what is desired', () => {
  it.each<[what: string, live: object, desired: object, operations: object[]]>([
    ['is empty where all is as desired', { Size: 1, Arn: 'arn' }, { Size: 1 }, []],
    ['sets what differs', { Size: 1 }, { Size: 2 }, [add('/Size', 2)]],
    ['adds what is not there', {}, { Size: 2 }, [add('/Size', 2)]],
    ['leaves what is not mentioned', { Size: 1, Steps: ['a'] }, {}, []],
    ['removes null', { Size: 1 }, { Size: null }, [{ op: 'remove', path: '/Size' }]],
    ['removes nothing that is not there', {}, { Size: null }, []],
    ['drops what can only be read', { Arn: 'one' }, { Arn: 'two' }, []],
    ['drops what names the resource', { Name: 'one' }, { Name: 'one' }, []],
    ['sends what can only be written each time', {}, { Secret: 's' }, [add('/Secret', 's')]],
    ['but not where it is for creation alone', {}, { Seed: 's' }, []],
    ['takes numbers that came back as text', { Size: '7' }, { Size: 7 }, []],
    [
      'goes into objects',
      { Settings: { Mode: 'a', Nested: { A: 1, B: 2 } } },
      { Settings: { Nested: { A: 3 } } },
      [add('/Settings/Nested/A', 3)],
    ],
    ['sets an object that is not there whole', {}, { Settings: { Mode: 'a' } }, [add('/Settings', { Mode: 'a' })]],
    ['drops read-only members of it', {}, { Settings: { Mode: 'a', Status: 'x' } }, [add('/Settings', { Mode: 'a' })]],
    [
      'sends nested write-only members',
      { Settings: { Mode: 'a' } },
      { Settings: { Mode: 'a', Password: 'p' } },
      [add('/Settings/Password', 'p')],
    ],
    ['compares sets without order', { Zones: ['a', 'b'] }, { Zones: ['b', 'a'] }, []],
    ['sees a set that differs', { Zones: ['a', 'a'] }, { Zones: ['a', 'b'] }, [add('/Zones', ['a', 'b'])]],
    ['compares lists in order', { Steps: ['a', 'b'] }, { Steps: ['b', 'a'] }, [add('/Steps', ['b', 'a'])]],
    [
      'compares keyed lists by key',
      {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      },
      {
        Tags: [
          { Key: 'b', Value: '2' },
          { Key: 'a', Value: '1' },
        ],
      },
      [],
    ],
    ['overlooks tags of AWS', { Tags: [{ Key: 'aws:x', Value: '1' }] }, { Tags: [] }, []],
    [
      'sends keyed lists whole',
      { Tags: [{ Key: 'a', Value: '1' }] },
      { Tags: [{ Key: 'a', Value: '2' }] },
      [add('/Tags', [{ Key: 'a', Value: '2' }])],
    ],
    [
      'overlooks defaults in entries',
      { Rules: [{ Id: 'r', Path: '/', State: 'on' }] },
      { Rules: [{ Id: 'r', Path: '/' }] },
      [],
    ],
    [
      'sends a list that holds what can only be written',
      { Rules: [{ Id: 'r' }] },
      { Rules: [{ Id: 'r', Token: 't' }] },
      [add('/Rules', [{ Id: 'r', Token: 't' }])],
    ],
    [
      'drops read-only members of entries',
      { Rules: [] },
      { Rules: [{ Id: 'r', State: 'off' }] },
      [add('/Rules', [{ Id: 'r' }])],
    ],
    ['reads policies as text or object', { Policy: '{"Statement":[]}' }, { Policy: { Statement: [] } }, []],
    ['sends free objects whole', { Policy: { a: 1, b: 2 } }, { Policy: { a: 1 } }, [add('/Policy', { a: 1 })]],
    ['escapes pointers', {}, { 'a/b~c': 1 }, [add('/a~1b~0c', 1)]],
  ])('%s', (_what, live, desired, operations) => {
    expect(patchOf(live, desired)).toEqual({ operations, replacing: [] });
  });

  it.each([
    ['Settings.Origin', { Settings: { Origin: 'a' } }, { Settings: { Origin: 'b' } }],
    ['Settings.Origin', { Settings: { Origin: 'a' } }, { Settings: { Origin: null } }],
  ])('says that %s would take another resource', (name, live, desired) => {
    expect(patchOf(live, desired).replacing).toEqual([name]);
  });

  it('of a type that is not known sends whole what differs', () => {
    const { operations } = makePatch(undefined, { A: { b: 1, c: 2 } }, { A: { b: 1 }, D: 1 });
    expect(operations).toEqual([add('/A', { b: 1 }), add('/D', 1)]);
  });

  it('leaves nothing to be done when it has been applied', () => {
    const value = fc.oneof(fc.integer(), fc.string(), fc.array(fc.string(), { maxLength: 3 }));
    const state = fc.record(
      {
        Size: fc.integer(),
        Zones: fc.array(fc.string(), { maxLength: 4 }),
        Steps: fc.array(fc.string(), { maxLength: 4 }),
        Settings: fc.record(
          { Mode: value, Nested: fc.record({ A: value, B: value }, { requiredKeys: [] }) },
          { requiredKeys: [] },
        ),
        Policy: fc.dictionary(fc.string(), value, { maxKeys: 3 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(state, state, (live, desired) => {
        const { operations } = patchOf(live, desired);
        const patched = applyPatch(live, parsePatch(JSON.stringify(operations)));
        expect(patchOf(patched as object, desired).operations).toEqual([]);
      }),
    );
  });
});

describe('a patch that was given', () => {
  const touched = (...paths: string[]) =>
    delicateProperties(
      schema,
      paths.map((path) => ({ op: 'replace', path, value: 1 })),
    );

  it('touches what can be set on creation alone, or read alone', () => {
    expect(touched('/Settings/Origin', '/Arn', 'Rules/0/State', '/Size', '/Name')).toEqual({
      createOnly: ['Settings.Origin', 'Name'],
      readOnly: ['Arn', 'Rules.0.State'],
      conditional: ['Size'],
    });
  });

  it('touches what takes another resource in some cases, on its own or within what is sent whole', () => {
    expect(touched('/Settings/Nested', '/Settings/Nested/A', '/Settings/Nested/B').conditional).toEqual([
      'Settings.Nested',
      'Settings.Nested.A',
    ]);
  });

  it('may test them', () => {
    expect(delicateProperties(schema, [{ op: 'test', path: '/Arn', value: 1 }])).toEqual({
      createOnly: [],
      readOnly: [],
      conditional: [],
    });
  });
});
