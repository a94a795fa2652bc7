import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { FunctionView } from '../../views/functions-view.ts';
import type { InvocationView, LineView } from '../../views/records-view.ts';
import type { PageActions } from '../page-actions.ts';
import { fits, newestFirst, type PageState } from '../page-state.ts';
import { linkTo } from '../route.ts';
import { duration, pretty, sinceStart } from '../text.ts';
import { actionButton, chip, code, empty, more } from './pieces.ts';

/** Functions, their environments, invocations and logs. */
export function functionsPage(state: PageState, actions: PageActions): TemplateResult {
  const { filter } = state.route;
  const functions = (state.fetched.functions ?? []).filter((fn) => fits(fn, filter));
  const lines = newestFirst(state.lines, filter);
  const invocations = newestFirst(state.invocations, filter);
  return html`
    <h2>Functions and logs</h2>
    ${
      functions.length === 0
        ? empty(filter ? `No function has "${filter}" in it.` : 'No function is deployed.')
        : html`
    <div class="scroll" tabindex="0" role="region" aria-label="Functions"><table>
      <thead><tr><th scope="col">Function</th><th scope="col">Environments</th><th scope="col">Invocations</th><th scope="col">Last took</th><th scope="col">Limits</th><th scope="col">Configuration</th></tr></thead>
      <tbody>${functions.map(functionRow)}</tbody></table></div>`
    }
    <h3>Invocations</h3>
    ${
      invocations.length === 0
        ? empty('None yet that had something to do.')
        : html`
    <div class="scroll" tabindex="0" role="region" aria-label="Invocations"><table>
      <thead><tr><th scope="col">At</th><th scope="col">Function</th><th scope="col">Ended</th><th scope="col">Took</th><th scope="col">Memory</th></tr></thead>
      <tbody>${repeat(
        invocations.slice(0, 20),
        ({ id }) => id,
        (record) => invocationRow(record, state),
      )}</tbody></table></div>`
    }
    <h3>Log</h3>
    ${
      lines.length === 0
        ? empty('No line was written yet.')
        : html`<ol class="log">${repeat(
            lines.slice(0, state.rows),
            ({ id }) => id,
            (line) => lineRow(line, state),
          )}</ol>`
    }
    ${more(lines.length, state.rows, actions)}
  `;
}

function functionRow(fn: FunctionView): TemplateResult {
  const busy = fn.environments.filter(({ isBusy }) => isBusy).length;
  return html`<tr>
    <td>${fn.label}</td>
    <td>${fn.environments.length === 0 ? 'none' : `${fn.environments.length}, ${busy} busy`}</td>
    <td>${fn.invocations}${fn.coldStarts ? `, ${fn.coldStarts} cold` : ''}${fn.errors ? html`, <span class="chip bad">${fn.errors} failed</span>` : nothing}</td>
    <td>${fn.lastDurationMs === undefined ? '–' : duration(fn.lastDurationMs)}</td>
    <td>${duration(fn.timeoutSeconds * 1000)}, ${fn.memorySizeMb} MB</td>
    <td>${fn.runtime}, ${fn.handler}, role ${fn.role}</td>
  </tr>`;
}

function invocationRow(record: InvocationView, state: PageState): TemplateResult {
  const end = record.endedAt === undefined ? chip('running') : record.error ? chip('failed') : chip('succeeded');
  return html`<tr>
    <td><a href=${linkTo('functions', ['invocation', record.id])}>${sinceStart(record.startedAt, state.summary?.startedAt ?? 0)}</a></td>
    <td>${record.functionName}${record.attempt > 1 ? `, attempt ${record.attempt}` : ''}</td>
    <td>${end} ${record.error?.errorMessage ?? ''}</td>
    <td>${record.durationMs === undefined ? '–' : duration(record.durationMs)}${record.coldStart ? ', cold start' : ''}</td>
    <td>${memoryText(record) ?? '–'}</td>
  </tr>`;
}

/** The most that the environment has held so far, against what its function may. */
function memoryText({ memory }: InvocationView): string | undefined {
  return memory && `${memory.peakMb} of ${memory.limitMb} MB`;
}

function lineRow({ at, functionName, level, text, invocationId }: LineView, state: PageState): TemplateResult {
  const tone = level === 'ERROR' || level === 'CRITICAL' ? 'bad' : level === 'WARN' ? 'warning' : 'plain';
  const time = sinceStart(at, state.summary?.startedAt ?? 0);
  return html`<li class=${tone}>${invocationId ? html`<a href=${linkTo('functions', ['invocation', invocationId])}>${time}</a>` : time} <span class="kind">${functionName}</span> <span class="what">${text}</span></li>`;
}

/** One invocation: its event, result, log and calls; run again, or kept as a test. */
export function invocationPage(state: PageState, actions: PageActions): TemplateResult {
  const { invocation: detail, test } = state.fetched;
  const id = state.route.path[1] ?? '';
  if (detail === undefined || detail.invocation.id !== id) return empty('Loading the invocation…');
  const { invocation, event, result, lines, calls } = detail;
  const off = state.token === undefined || state.summary?.readOnly === true;
  return html`
    <p><a href=${linkTo('functions')}>← Functions and logs</a>${invocation.owedIds.map((owedId) => html` · <a href=${linkTo('owed', [owedId])}>the answer that it owes</a>`)}</p>
    <h2>${invocation.functionName}</h2>
    <p>${invocation.endedAt === undefined ? chip('running') : invocation.error ? chip('failed') : chip('succeeded')}
      ${invocation.durationMs === undefined ? nothing : `${duration(invocation.durationMs)}${invocation.coldStart ? ', cold start' : ''}`}${invocation.memory ? `, ${memoryText(invocation)}` : nothing}</p>
    ${invocation.error ? html`<p class="why">${invocation.error.errorType}: ${invocation.error.errorMessage}</p>` : nothing}
    <div class="buttons">
      ${actionButton('Copy the event', () => actions.copy(pretty(event)))}
      ${actionButton('Run it again', () => actions.run('run-again', { invocationId: id }), { off })}
      <a class="button" href=${linkTo('play', ['event', id])}>Edit the event and send it</a>
    </div>
    <h3>Keep it as a test</h3>
    <form class="row" @submit=${(submitted: Event) => actions.keepAsTest(submitted, id)}>
      <label>The module of the handler <input name="module" value="../handlers/handler.ts" required /></label>
      <button>Write the test</button>
    </form>
    ${test ? html`<p>${test.fileName}, which <code>node --test ${test.fileName}</code> runs: ${actionButton('Copy the test', () => actions.copy(test.text))}</p>${code(test.text, 'The test')}` : nothing}
    <h3>Event</h3><p class="hint">Tokens, credentials and other secrets are withheld.</p>${code(pretty(event) || 'too large to keep', 'The event')}
    <h3>Result</h3>${code(pretty(result) || 'nothing', 'The result')}
    <h3>Log</h3>${lines.length === 0 ? empty('It wrote nothing.') : html`<ol class="log">${lines.map((line) => lineRow(line, state))}</ol>`}
    <h3>Calls</h3>${calls.length === 0 ? empty('It called nothing.') : html`<ul>${calls.map((call) => html`<li>${call.service} ${call.operation} <span class="chip ${call.error ? 'bad' : 'good'}">${call.error ?? 'allowed'}</span></li>`)}</ul>`}
  `;
}
