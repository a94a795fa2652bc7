import { parameterParser } from 'ringback/servicecatalog';

/** The parameter parser beside bucket-engine.ts: its product asks for nothing. */
export const handler = parameterParser(() => []);
