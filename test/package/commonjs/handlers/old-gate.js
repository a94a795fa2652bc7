const { pipelineJob, succeed } = require('ringback/codepipeline');

exports.handler = pipelineJob(() => succeed({ variables: { Well: 'yes' } }));
