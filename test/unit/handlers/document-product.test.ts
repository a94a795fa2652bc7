import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../handlers/document-product/product-definition.ts';
import { fillIn, resolveValues } from '../../../handlers/document-product/render-document.ts';

const definition = parseDefinition(
  JSON.stringify({
    parameters: [{ key: 'title' }, { key: 'shelves', default: '3', allowed: ['3', '5'] }],
    document: {},
  }),
);

describe('a product definition', () => {
  it.each([
    ['{\n  "document": {]\n}', 'product.json, line 2, column 16'],
    ['{"document": {}', 'product.json, line 1, column 16'],
    ['{"parameters": [{"key": 3}], "document": {}}', 'parameters.0.key'],
    ['[]', 'product.json does not fit'],
  ])('that is %j is refused where it goes wrong', (text, place) => {
    expect(() => parseDefinition(text)).toThrow(place);
  });
});

describe('the values of a product', () => {
  it('are those of the request, of before, and the defaults, in this order', () => {
    expect(resolveValues(definition, { title: 'new' }, { title: 'old', shelves: '5' })).toEqual({
      title: 'new',
      shelves: '5',
    });
    expect(resolveValues(definition, { title: 'new' })).toEqual({ title: 'new', shelves: '3' });
  });

  it('name everything that is wrong with them at once', () => {
    const resolve = () => resolveValues(definition, { shelves: '900', colour: 'red' });
    expect(resolve).toThrow('colour: no such parameter; title: a value is needed; shelves: must be one of 3, 5');
  });

  it('stand in the places of their keys, and are not read as templates again', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a definition holds
    const template = { a: ['${title}', '${unknown}', 3] };
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a definition holds
    expect(fillIn(template, { title: '${shelves}' })).toEqual({ a: ['${shelves}', '${unknown}', 3] });
  });
});
