import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { installCommand } from '../../infra/bundling/install-command.ts';

/** A project with these files. */
function project(...files: readonly string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-manager-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), '');
  }
  return folder;
}

describe('the command that installs a package', () => {
  it.each([
    ['package-lock.json', 'npm install esbuild', 'npm install --save-dev esbuild'],
    ['pnpm-lock.yaml', 'pnpm add esbuild', 'pnpm add --save-dev esbuild'],
    ['yarn.lock', 'yarn add esbuild', 'yarn add --dev esbuild'],
    ['bun.lock', 'bun add esbuild', 'bun add --dev esbuild'],
    ['bun.lockb', 'bun add esbuild', 'bun add --dev esbuild'],
  ])('is that of the manager whose lockfile is there: %s', (lockfile, add, addForDevelopment) => {
    const folder = project(lockfile);
    expect(installCommand('esbuild', folder)).toBe(add);
    expect(installCommand('esbuild', path.join(folder, 'packages/shop/handlers'), true)).toBe(addForDevelopment);
  });

  it('is that of the nearest lockfile, and of npm where there is none', () => {
    const folder = project('yarn.lock', 'inner/pnpm-lock.yaml');
    expect(installCommand('zod', path.join(folder, 'inner'))).toBe('pnpm add zod');
    expect(installCommand('zod', project())).toBe('npm install zod');
  });
});
