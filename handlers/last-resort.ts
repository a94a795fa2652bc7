import { lastResort } from 'ringback/last-resort';

export const handler = lastResort();
