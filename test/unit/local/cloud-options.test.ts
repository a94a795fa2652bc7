import { createLocalCloud } from 'ringback/local';
import { expect, it } from 'vitest';

it.each<[unknown, RegExp]>([
  [null, /^the options of createLocalCloud are an object, but got null$/],
  [[], /are an object, but got a list$/],
  [{ sped: 10 }, /^createLocalCloud has no option "sped"; it has port, speed, /],
  [{ speed: '10' }, /^speed of createLocalCloud must be a number from 1 to 100000, but is "10"$/],
  [{ speed: 0 }, /^speed must be a number from 1 to 100000, but is 0$/],
  [{ port: 70_000 }, /^port of createLocalCloud must be a whole number from 0 to 65535, but is 70000$/],
  [{ port: -1 }, /^port .* is -1$/],
  [{ port: '80' }, /^port .* is "80"$/],
  [{ accountId: 123456789012 }, /^accountId of createLocalCloud must be a text of 12 digits, but is 123456789012$/],
  [{ accountId: '1234' }, /^accountId .* is "1234"$/],
  [{ region: '' }, /^region of createLocalCloud must be the name of a Region, but is ""$/],
  [{ region: 'us-east-1 ' }, /^region .* is "us-east-1 "$/],
  [{ interceptors: {} }, /^interceptors of createLocalCloud must be a list, but is an object$/],
  [{ onInvocation: 'x' }, /^onInvocation of createLocalCloud must be a function, but is "x"$/],
  [{ faults: 'kill:x' }, /^faults of createLocalCloud must be a list, but is "kill:x"$/],
  [
    { faults: ['throttle:dynamo:PutItem'] },
    /^the fault throttle would never strike: there is no service "dynamo" here;/,
  ],
  [
    { faults: [{ kind: 'kill', moment: 'after', service: 'code*ipeline' }] },
    /^the fault kill .* "code\*ipeline" here;/,
  ],
  [{ faultSeed: null }, /^faultSeed of createLocalCloud must be a number, but is null$/],
  [{ stubs: true }, /^stubs of createLocalCloud must be a list, but is true$/],
  [{ strict: 'yes' }, /^strict of createLocalCloud must be true or false, but is "yes"$/],
  [{ maxEnvironments: 0 }, /^maxEnvironments of createLocalCloud must be a whole number from 1 on, but is 0$/],
  [{ maxEnvironments: 1.5 }, /^maxEnvironments .* is 1.5$/],
])('a local cloud refuses options that it cannot have: %j', async (options, message) => {
  await expect(createLocalCloud(options as never)).rejects.toThrow(message);
});

it('refuses a fault of a service that it has not while it runs, too', async () => {
  const { faults, stop } = await createLocalCloud({ faults: ['throttle:dynamo*:PutItem', 'error:*:*', 'ledger-down'] });
  try {
    expect(() => faults.add('slow:sns:Publish')).toThrow(/there is no service "sns" here; there are .*cloudcontrol, /);
    for (const fault of ['slow:sqs:SendMessage', { kind: 'reset' } as const]) faults.add(fault)();
  } finally {
    await stop();
  }
});

it('takes the bounds of its options, and what is undefined', async () => {
  const options = { port: 0, speed: 100_000, maxEnvironments: 1, accountId: '000000000000', region: 'us-gov-west-1' };
  const cloud = await createLocalCloud({ ...options, faults: [], strict: false, stubs: undefined } as never);
  expect(cloud).toMatchObject({ accountId: '000000000000', region: 'us-gov-west-1' });
  await cloud.stop();
});
