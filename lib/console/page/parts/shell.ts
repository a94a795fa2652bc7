import { html, nothing, type TemplateResult } from 'lit-html';
import type { PageActions } from '../page-actions.ts';
import { type PageState, simulatedNow } from '../page-state.ts';
import { linkTo, VIEWS } from '../route.ts';
import { sinceStart } from '../text.ts';

/** The frame of every view: how things stand, the way to the others, and the filter. */
export function shell(state: PageState, actions: PageActions, content: unknown, realNow: number): TemplateResult {
  const { summary, route, message, isConnected } = state;
  return html`
    <a class="skip" href="#main" @click=${actions.skipToMain}>Skip to the content</a>
    <header>
      <div class="bar">
        <h1><a href=${linkTo('owed')}>Ringback</a> <small>local cloud, simulated</small></h1>
        <dl class="facts">
          <div><dt>Time</dt><dd>${summary ? sinceStart(simulatedNow(state, realNow), summary.startedAt) : '–'}</dd></div>
          <div><dt>Speed</dt><dd>${summary ? `${summary.speed}×` : '–'}</dd></div>
          <div><dt>Owed</dt><dd>${owedText(state)}</dd></div>
          <div><dt>Running</dt><dd>${summary?.running ?? 0}</dd></div>
          <div><dt>Idle</dt><dd title="Wake-ups and polls with nothing to do">${idleText(state)}</dd></div>
        </dl>
      </div>
      <nav aria-label="Views">
        ${VIEWS.map(
          ([name, label]) =>
            html`<a href=${linkTo(name, [], route.filter)} aria-current=${route.view === name ? 'page' : 'false'}>${label}</a>`,
        )}
        <label class="filter"
          >Filter
          <input id="filter" type="search" placeholder="words anywhere, / to type" .value=${route.filter} @input=${actions.filter}
        /></label>
      </nav>
    </header>
    ${isConnected ? nothing : html`<p class="banner bad" role="status">The local cloud does not answer: it has ended, or it starts again. What is shown may be old.</p>`}
    ${summary?.readOnly ? html`<p class="banner">This console is read-only.</p>` : nothing}
    ${summary && !summary.readOnly && state.token === undefined ? html`<p class="banner">Open the address that the terminal shows to change anything: it holds a token. Without it, this page only reads.</p>` : nothing}
    <main id="main" tabindex="-1">${content}</main>
    <div class="toast" role="status" aria-live="polite">
      ${message ? html`<p class=${message.tone}>${message.text} <button type="button" class="plain" @click=${actions.dismiss} aria-label="Dismiss">×</button></p>` : nothing}
    </div>
  `;
}

function owedText({ summary }: PageState): string {
  const counts = Object.entries(summary?.open ?? {});
  return counts.length === 0 ? 'nothing' : counts.map(([service, count]) => `${count} to ${service}`).join(', ');
}

function idleText({ summary }: PageState): string {
  return summary ? String(summary.tally.idleWakes + summary.tally.idlePolls) : '0';
}
