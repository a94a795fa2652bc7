import { defineConfig } from 'vitest/config';
import config, { NO_TESTS, PROOFS } from './vitest.config.ts';

export default defineConfig({ ...config, test: { ...config.test, include: PROOFS, exclude: NO_TESTS } });
