import type { ApiModel, LocalService, Operation } from '../../../../lib/local/kernel/service.ts';

/** A small API with one shape of each kind. */
export const GREETER_MODEL: ApiModel = {
  metadata: { targetPrefix: 'Greeter_1' },
  operations: {
    Greet: { name: 'Greet', input: { shape: 'GreetInput' }, output: { shape: 'GreetOutput' } },
    Forget: { name: 'Forget', input: { shape: 'GreetInput' } },
    Wave: { name: 'Wave', input: { shape: 'GreetInput' } },
  },
  shapes: {
    GreetInput: {
      type: 'structure',
      required: ['Name'],
      members: { Name: { shape: 'Name' }, Times: { shape: 'Times' } },
    },
    GreetOutput: { type: 'structure', members: { Greeting: { shape: 'Name' } } },
    Name: { type: 'string', min: 1, max: 10 },
    Times: { type: 'integer', min: 1, max: 3 },
    NobodyHereException: { type: 'structure', members: { Message: { shape: 'Name' } } },
  },
};

/** A JSON service of that API whose `Greet` does what the test says, and otherwise greets. */
export function createGreeter(greet?: Operation): LocalService {
  return {
    name: 'greeter',
    json: {
      targetPrefix: 'Greeter_1',
      jsonVersion: '1.1',
      model: GREETER_MODEL,
      operations: {
        Greet: greet ?? ((input) => ({ Greeting: `hello ${input.Name}` })),
        Forget: () => ({}),
      },
    },
  };
}
