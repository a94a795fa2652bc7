import { configDefaults, defineConfig } from 'vitest/config';
import config, { PROOFS } from './vitest.config.ts';

export default defineConfig({ ...config, test: { ...config.test, include: PROOFS, exclude: configDefaults.exclude } });
