import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { CallView } from '../../views/records-view.ts';
import type { PageActions } from '../page-actions.ts';
import { newestFirst, type PageState } from '../page-state.ts';
import { linkTo } from '../route.ts';
import { pretty, sinceStart } from '../text.ts';
import { code, empty, more } from './pieces.ts';

/** Each call of an API, as whom, and whether it was allowed. */
export function callsPage(state: PageState, actions: PageActions): TemplateResult {
  const isDenied = state.route.path[0] === 'denied';
  const all = newestFirst(state.calls, state.route.filter);
  const rows = isDenied ? all.filter(({ refusal }) => refusal !== undefined) : all;
  const { filter } = state.route;
  return html`
    <h2>Calls and permissions</h2>
    <p class="hint">What functions and clients asked of the simulated services. IAM is simulated from the roles and policies of the templates.</p>
    <p class="tabs"><a href=${linkTo('calls', [], filter)} aria-current=${isDenied ? 'false' : 'true'}>All</a>
      <a href=${linkTo('calls', ['denied'], filter)} aria-current=${isDenied ? 'true' : 'false'}>Denied</a></p>
    ${
      rows.length === 0
        ? empty(
            isDenied
              ? 'Nothing was denied. A call that a role may not make shows here with the statement that is missing.'
              : 'No call has been made yet.',
          )
        : html`<ul class="cards">${repeat(
            rows.slice(0, state.rows),
            ({ id }) => id,
            (call) => callRow(call, state, actions),
          )}</ul>`
    }
    ${more(rows.length, state.rows, actions)}
  `;
}

function callRow(call: CallView, state: PageState, actions: PageActions): TemplateResult {
  const fetched = state.fetched.call?.call.id === call.id ? state.fetched.call : undefined;
  const tone = call.refusal !== undefined ? 'bad' : call.error !== undefined ? 'warning' : 'plain';
  return html`<li class="card ${tone}">
    <p class="line"><time>${sinceStart(call.at, state.summary?.startedAt ?? 0)}</time>
      <strong>${call.service} ${call.operation}</strong>
      <span class="chip ${call.refusal ? 'bad' : call.error ? 'wait' : 'good'}">${call.refusal ? 'denied' : (call.error ?? 'allowed')}</span>
      <span>as ${call.functionName ?? call.principal}</span>
      <button type="button" class="plain" aria-expanded=${fetched ? 'true' : 'false'} @click=${() => actions.showCall(call.id)}>request</button>
      ${call.invocationId ? html`<a href=${linkTo('functions', ['invocation', call.invocationId])}>invocation</a>` : nothing}</p>
    ${
      call.refusal && call.remedy
        ? html`<p>May not <strong>${call.refusal.action}</strong> on ${call.refusal.resource}. The statement that is missing in its role:</p>
      ${code(call.remedy.statement, 'The missing statement')}<p>With the CDK:</p>${code(call.remedy.cdk, 'The line of CDK')}`
        : nothing
    }
    ${fetched ? html`<p class="hint">as ${call.principal}, answered ${call.status || 'nothing'}</p>${code(pretty(fetched.input) || 'no input that is kept', 'The request')}` : nothing}
  </li>`;
}
