import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { simulatedTables, withTables } from './simulated-tables.ts';

const file = fileURLToPath(new URL('../../docs/local-cloud.md', import.meta.url));

writeFileSync(file, withTables(readFileSync(file, 'utf8'), await simulatedTables()));
