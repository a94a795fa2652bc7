/** The wire of DynamoDB: JSON 1.0. */
export const DYNAMODB = { service: 'dynamodb', targetPrefix: 'DynamoDB_20120810', jsonVersion: '1.0' } as const;
