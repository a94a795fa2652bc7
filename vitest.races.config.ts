import { configDefaults, defineConfig } from 'vitest/config';
import config, { RACES } from './vitest.config.ts';

export default defineConfig({ ...config, test: { ...config.test, include: RACES, exclude: configDefaults.exclude } });
