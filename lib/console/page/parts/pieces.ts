import { html, nothing, type TemplateResult } from 'lit-html';
import { classMap } from 'lit-html/directives/class-map.js';
import type { PageActions } from '../page-actions.ts';

/** States and what their colour says; the word is always there, too. */
const TONES: Readonly<Record<string, string>> = {
  reported: 'good',
  succeeded: 'good',
  SUCCEEDED: 'good',
  Succeeded: 'good',
  SUCCESS: 'good',
  COMPLETED: 'good',
  AVAILABLE: 'good',
  HOOK_COMPLETE_SUCCEEDED: 'good',
  running: 'busy',
  delivered: 'busy',
  decided: 'busy',
  InProgress: 'busy',
  IN_PROGRESS: 'busy',
  UNDER_CHANGE: 'busy',
  offered: 'wait',
  waiting: 'wait',
  deferred: 'wait',
  Stopped: 'wait',
  withdrawn: 'wait',
  lost: 'bad',
  failed: 'bad',
  Failed: 'bad',
  FAILED: 'bad',
  EXCEPTION: 'bad',
  HANDLING_EXCEPTION: 'bad',
  TAINTED: 'bad',
  ERROR: 'bad',
  'last resort': 'bad',
  timedOut: 'bad',
};

/** A state, by its word and a colour. */
export function chip(state: string): TemplateResult {
  return html`<span class="chip ${TONES[state] ?? 'plain'}">${state}</span>`;
}

/** What a list says that has nothing to show. */
export function empty(text: string, command?: string): TemplateResult {
  return html`<div class="empty"><p>${text}</p>${command ? html`<pre>${command}</pre>` : nothing}</div>`;
}

/** The button that shows more rows, where there are more. */
export function more(total: number, shown: number, actions: PageActions) {
  if (total <= shown) return nothing;
  return html`<p><button type="button" @click=${actions.moreRows}>Show more (${total - shown} are left)</button></p>`;
}

/** JSON or another text that is read as it is. */
export function code(text: string, label: string): TemplateResult {
  return html`<pre tabindex="0" aria-label=${label}>${text}</pre>`;
}

/** A button for what changes something; off where nothing may be changed. */
export function actionButton(label: string, run: () => void, options: { off?: boolean; danger?: boolean } = {}) {
  const classes = classMap({ danger: options.danger === true });
  return html`<button type="button" class=${classes} ?disabled=${options.off === true} @click=${run}>${label}</button>`;
}
