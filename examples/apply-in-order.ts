import { createResource, follow, inOrder } from 'ringback/cloudcontrol';
import { pipelineJob, succeed } from 'ringback/codepipeline';

const queueAndAddress = inOrder([
  createResource({ typeName: 'AWS::SQS::Queue', desiredState: { QueueName: 'orders' } }),
  async ([queue]) => {
    const { Arn } = (await queue?.properties()) ?? {};
    const desiredState = { Name: '/shop/orders', Type: 'String', Value: Arn };
    return createResource({ typeName: 'AWS::SSM::Parameter', desiredState });
  },
]);

export const handler = pipelineJob(
  (job) =>
    follow(job, queueAndAddress, {
      outcome: ([queue, address]) => succeed({ variables: { Queue: queue?.identifier, Address: address?.identifier } }),
    }),
  { onCrash: 'retry' },
);
