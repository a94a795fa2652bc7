import { html, nothing, type TemplateResult } from 'lit-html';
import type { Moment } from '../../state/records.ts';
import type { PageActions } from '../page-actions.ts';
import type { PageState } from '../page-state.ts';
import { linkTo } from '../route.ts';
import { duration, sinceStart } from '../text.ts';
import { timeLeft } from './owed.ts';
import { actionButton, chip, code, empty } from './pieces.ts';

/** Idle time longer than this is folded to one line, in simulated milliseconds. */
const FOLDED_MS = 5_000;

/** Everything about one owed answer. */
export function timelinePage(state: PageState, actions: PageActions, now: number): TemplateResult {
  const detail = state.fetched.owed;
  const startedAt = state.summary?.startedAt ?? 0;
  if (detail === undefined || detail.owed.id !== state.route.path[0]) return empty('Loading the timeline…');
  // The list is live, and may be ahead of what was fetched.
  const owed = state.owed.get(detail.owed.id) ?? detail.owed;
  const last = detail.invocations.at(-1);
  const off = state.token === undefined || state.summary?.readOnly === true;
  return html`
    <p><a href=${linkTo('owed')}>← Owed answers</a></p>
    <h2>${owed.detail}</h2>
    <p>${chip(owed.state)} ${owed.outcome && owed.outcome !== 'succeeded' ? chip(owed.outcome) : nothing} ${owed.lastResort ? html`<span class="chip bad">last resort</span>` : nothing}</p>
    ${owed.reason ? html`<p class="why">${owed.reason}</p>` : nothing}
    <dl class="pairs">
      <dt>Service</dt><dd>${owed.service}</dd>
      <dt>Function</dt><dd>${owed.functionName ?? 'nobody yet'}</dd>
      <dt>Time left</dt><dd>${timeLeft(owed, now, startedAt)}</dd>
      <dt>Callbacks</dt><dd>${owed.callbackIds.join(', ')}</dd>
      <dt>Ledger entry</dt><dd>${detail.entryKey ?? 'none seen'}</dd>
    </dl>
    <div class="buttons">
      ${last ? actionButton('Run it again', () => actions.run('run-again', { invocationId: last.id }), { off }) : nothing}
      ${last ? html`<a class="button" href=${linkTo('functions', ['invocation', last.id])}>The event, and keep it as a test</a>` : nothing}
      ${last ? html`<a class="button" href=${linkTo('play', ['event', last.id])}>Edit the event and send it</a>` : nothing}
      ${owed.canComplete ? actionButton('Complete: succeeded', () => actions.run('complete', { owedId: owed.id, kind: 'succeeded' }), { off }) : nothing}
      ${owed.canComplete ? actionButton('Complete: failed', () => actions.run('complete', { owedId: owed.id, kind: 'failed' }), { off, danger: true }) : nothing}
    </div>
    <h3>What happened</h3>
    <ol class="timeline">${withGaps(detail.timeline).map((item) => ('gapMs' in item ? html`<li class="gap">${duration(item.gapMs)} pass</li>` : momentRow(item, startedAt)))}</ol>
    ${state.fetched.call ? html`<h3>The request that was sent</h3><p>${state.fetched.call.call.service} ${state.fetched.call.call.operation}, as ${state.fetched.call.call.principal}</p>${code(JSON.stringify(state.fetched.call.input, null, 2) ?? '', 'The request')}` : nothing}
  `;

  function momentRow(moment: Moment, start: number): TemplateResult {
    return html`<li class=${moment.tone}>
      <time title=${new Date(moment.at).toISOString()}>${sinceStart(moment.at, start)}</time>
      <span class="kind">${moment.kind}</span>
      <span class="what">${moment.title}${moment.detail ? html` <small>${moment.detail}</small>` : nothing}
      ${moment.callId !== undefined ? html` <button type="button" class="plain" @click=${() => actions.showCall(moment.callId ?? '')}>request</button>` : nothing}
      ${moment.kind === 'invocation' && moment.invocationId !== undefined ? html` <a href=${linkTo('functions', ['invocation', moment.invocationId])}>event</a>` : nothing}</span>
    </li>`;
  }
}

/** A timeline with its long silences as items of their own. */
export function withGaps(timeline: readonly Moment[]): readonly (Moment | { readonly gapMs: number })[] {
  return timeline.flatMap((moment, index) => {
    const before = timeline[index - 1];
    const gapMs = before === undefined ? 0 : moment.at - before.at;
    return gapMs > FOLDED_MS ? [{ gapMs }, moment] : [moment];
  });
}
