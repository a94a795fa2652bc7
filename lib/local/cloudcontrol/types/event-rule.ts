import { HandlerError } from '../handler-error.ts';
import type { HandlerCall, Model, ResourceSchema, ResourceType } from '../resource-type.ts';
import { compact, named, OBJECT_OR_TEXT, TAGS, type Tag, TEXT, tagChanges, tagsOf } from '../schema-parts.ts';

const schema: ResourceSchema = {
  typeName: 'AWS::Events::Rule',
  properties: {
    ...named(TEXT, 'Name', 'Description', 'EventBusName', 'RoleArn', 'ScheduleExpression', 'State', 'Arn'),
    EventPattern: OBJECT_OR_TEXT,
    Targets: { type: 'array', items: { type: 'object', required: ['Id', 'Arn'] } },
    Tags: TAGS,
  },
  primaryIdentifier: ['Arn'],
  readOnly: ['Arn'],
  createOnly: ['Name', 'EventBusName'],
  permissions: {
    create: ['events:PutRule', 'events:PutTargets', 'events:DescribeRule', 'events:TagResource'],
    read: ['events:DescribeRule', 'events:ListTargetsByRule', 'events:ListTagsForResource'],
    update: [
      'events:PutRule',
      'events:PutTargets',
      'events:RemoveTargets',
      'events:TagResource',
      'events:UntagResource',
    ],
    delete: ['events:DeleteRule', 'events:RemoveTargets', 'events:ListTargetsByRule', 'events:DescribeRule'],
    list: ['events:ListRules'],
  },
};

interface Target {
  readonly Id: string;
}

/** Rules of EventBridge, with their targets. */
export const eventRule: ResourceType = {
  schema,
  async create(model, call) {
    const Name = String(model.Name ?? call.generatedName().slice(0, 64));
    await mustBeFree({ Name, EventBusName: model.EventBusName }, call);
    const Tags = tagsOf(model).length === 0 ? undefined : tagsOf(model);
    const { RuleArn } = await call.api.json('events', 'PutRule', ruleInput(Name, model, Tags));
    await putTargets(Name, model, call);
    return RuleArn;
  },
  async read(identifier, { api }) {
    const place = placeOf(identifier);
    const rule = await api.json('events', 'DescribeRule', place);
    const { Targets } = await api.json('events', 'ListTargetsByRule', {
      Rule: place.Name,
      EventBusName: place.EventBusName,
    });
    const { Tags } = await api.json('events', 'ListTagsForResource', { ResourceARN: rule.Arn });
    const { Name, Arn, Description, EventBusName, EventPattern, RoleArn, ScheduleExpression, State } = rule;
    return compact({
      Name,
      Arn,
      Description,
      EventBusName,
      EventPattern: EventPattern === undefined ? undefined : JSON.parse(EventPattern),
      RoleArn,
      ScheduleExpression,
      State,
      Targets: Targets.length === 0 ? undefined : Targets,
      Tags: Tags.length === 0 ? undefined : Tags,
    });
  },
  async update(identifier, desired, former, call) {
    const { api } = call;
    const { Name, EventBusName } = placeOf(identifier);
    await api.json('events', 'PutRule', ruleInput(Name, { ...desired, EventBusName }));
    const wanted = ((desired.Targets ?? []) as readonly Target[]).map(({ Id }) => Id);
    const Ids = ((former.Targets ?? []) as readonly Target[]).map(({ Id }) => Id).filter((id) => !wanted.includes(id));
    if (Ids.length > 0) await api.json('events', 'RemoveTargets', { Rule: Name, EventBusName, Ids });
    await putTargets(Name, { ...desired, EventBusName }, call);
    const { put, gone } = tagChanges(tagsOf(former), tagsOf(desired));
    if (gone.length > 0) await api.json('events', 'UntagResource', { ResourceARN: identifier, TagKeys: gone });
    if (put.length > 0) await api.json('events', 'TagResource', { ResourceARN: identifier, Tags: put });
  },
  async delete(identifier, { api }) {
    const { Name, EventBusName } = placeOf(identifier);
    await api.json('events', 'DescribeRule', { Name, EventBusName });
    const { Targets } = await api.json('events', 'ListTargetsByRule', { Rule: Name, EventBusName });
    const Ids = Targets.map(({ Id }: Target) => Id);
    if (Ids.length > 0) await api.json('events', 'RemoveTargets', { Rule: Name, EventBusName, Ids });
    await api.json('events', 'DeleteRule', { Name, EventBusName });
  },
  async list(_model, { api }) {
    return (await api.json('events', 'ListRules', {})).Rules.map(({ Arn }: { Arn: string }) => Arn);
  },
};

/** `…:rule/NAME`, or `…:rule/BUS/NAME`. */
function placeOf(arn: string): { Name: string; EventBusName: string } {
  const [first = '', second] = (arn.split(':rule/')[1] ?? arn).split('/');
  return second === undefined ? { Name: first, EventBusName: 'default' } : { Name: second, EventBusName: first };
}

function ruleInput(Name: string, model: Model, Tags?: readonly Tag[]): object {
  const { Description, EventBusName, RoleArn, ScheduleExpression, State, EventPattern } = model;
  const pattern = typeof EventPattern === 'object' ? JSON.stringify(EventPattern) : EventPattern;
  return compact({ Name, Description, EventBusName, RoleArn, ScheduleExpression, State, EventPattern: pattern, Tags });
}

async function putTargets(Rule: string, { Targets = [], EventBusName }: Model, { api }: HandlerCall): Promise<void> {
  if ((Targets as readonly unknown[]).length === 0) return;
  await api.json('events', 'PutTargets', compact({ Rule, EventBusName, Targets }));
}

/** The service would change the rule that has the name. */
async function mustBeFree(place: { Name: string; EventBusName: unknown }, { api }: HandlerCall): Promise<void> {
  try {
    await api.json('events', 'DescribeRule', compact(place));
  } catch (error) {
    if (error instanceof HandlerError && error.code === 'NotFound') return;
    throw error;
  }
  throw new HandlerError(
    'AlreadyExists',
    `Resource of type 'AWS::Events::Rule' with identifier '${place.Name}' already exists.`,
  );
}
