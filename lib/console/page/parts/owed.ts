import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { isOpen } from '../../state/records.ts';
import type { OwedView } from '../../views/records-view.ts';
import type { PageActions } from '../page-actions.ts';
import { owedRows, type PageState } from '../page-state.ts';
import { linkTo } from '../route.ts';
import { duration, sinceStart } from '../text.ts';
import { chip, empty, more } from './pieces.ts';

/** Every answer that is or was owed. */
export function owedPage(state: PageState, actions: PageActions, now: number): TemplateResult {
  const rows = owedRows(state);
  const startedAt = state.summary?.startedAt ?? 0;
  return html`
    <h2>Owed answers</h2>
    <p class="hint">Each row is one service that waits, or waited, for an answer of a function. Open one to see what happened, and why.</p>
    ${
      rows.length === 0
        ? nobody(state)
        : html`
      <div class="scroll" tabindex="0" role="region" aria-label="Owed answers">
      <table>
        <thead><tr><th scope="col">State</th><th scope="col">Who waits</th><th scope="col">Time left</th><th scope="col">Reason</th></tr></thead>
        <tbody>${repeat(
          rows.slice(0, state.rows),
          ({ id }) => id,
          (owed) => row(owed, now, startedAt),
        )}</tbody>
      </table></div>
      ${more(rows.length, state.rows, actions)}`
    }
  `;
}

function row(owed: OwedView, now: number, startedAt: number): TemplateResult {
  const outcome = owed.outcome === 'failed' ? chip('failed') : nothing;
  return html`<tr>
    <td>${chip(owed.state)} ${outcome}${owed.lastResort ? html` <span class="chip bad">last resort answered</span>` : nothing}</td>
    <td>
      <a href=${linkTo('owed', [owed.id])}>${owed.detail}</a><br />
      <small>${owed.service}${owed.functionName === undefined ? nothing : html`, answered by ${owed.functionName}`}</small>
    </td>
    <td class="number" data-label="Time left">${timeLeft(owed, now, startedAt)}</td>
    <td class="reason">${owed.reason}</td>
  </tr>`;
}

/** How long the service goes on waiting, or when it got its answer. */
export function timeLeft(owed: OwedView, now: number, startedAt: number): unknown {
  if (!isOpen(owed))
    return html`<span title="When it was settled">at ${sinceStart(owed.settledAt ?? owed.changedAt, startedAt)}</span>`;
  const due =
    owed.dueAt === undefined
      ? nothing
      : html`<br /><small>${owed.state === 'deferred' ? 'answerable for' : 'runs again in'} ${duration(owed.dueAt - now)}</small>`;
  if (owed.deadline === undefined) return html`no deadline${due}`;
  return html`${owed.deadline < now ? 'over' : duration(owed.deadline - now)}${due}`;
}

function nobody(state: PageState): TemplateResult {
  if (state.route.filter !== '') return empty(`No owed answer has "${state.route.filter}" in it.`);
  if ((state.fetched.functions?.length ?? 1) === 0) {
    return empty(
      'Nothing is deployed here yet. Write a first function and a stack for it, then start the local cloud in that folder:',
      'npx ringback new pipeline-job gate\nnpx ringback local',
    );
  }
  return html`${empty('No service waits for an answer yet.')}<p><a class="button" href=${linkTo('play')}>Start a pipeline, upload a file, provision a product</a></p>`;
}
