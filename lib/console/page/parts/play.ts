import { html, nothing, type TemplateResult } from 'lit-html';
import type { PageActions } from '../page-actions.ts';
import { owedRows, type PageState } from '../page-state.ts';
import { linkTo } from '../route.ts';
import { pretty } from '../text.ts';
import { actionButton, empty } from './pieces.ts';

/** What a person can do to the cloud. */
export function playPage(state: PageState, actions: PageActions): TemplateResult {
  const off = state.token === undefined || state.summary?.readOnly === true;
  return html`
    <h2>Play</h2>
    <p class="hint">Everything here happens in the local cloud alone. Watch what comes of it under <a href=${linkTo('owed')}>Owed answers</a>.</p>
    <div class="grid">
      ${pipelineForm(state, actions, off)} ${approvals(state, actions, off)} ${deferred(state, actions, off)}
      ${uploadForm(state, actions, off)} ${catalogForms(state, actions, off)} ${eventForm(state, actions, off)}
      ${faultForm(state, actions, off)} ${clockForm(actions, off)}
    </div>
  `;
}

function pipelineForm({ fetched: { services } }: PageState, actions: PageActions, off: boolean): TemplateResult {
  const pipelines = services?.pipelines ?? [];
  return html`<section class="card plain"><h3>Start a pipeline</h3>
    ${
      pipelines.length === 0
        ? empty('No pipeline is deployed.')
        : html`<form id="start-pipeline" @submit=${actions.submit('start-pipeline')}>
      <label>Pipeline <select name="pipeline">${pipelines.map(({ name, label }) => html`<option value=${name}>${label}</option>`)}</select></label>
      <label>A zip, or files that become one <input type="file" name="files" multiple /></label>
      <label>Or a folder <input type="file" name="folder" webkitdirectory /></label>
      <p class="hint">They become what its S3 source reads first. Choose nothing to run with what is there.</p>
      <button ?disabled=${off}>Start</button></form>`
    }
  </section>`;
}

function approvals({ fetched: { services } }: PageState, actions: PageActions, off: boolean): TemplateResult {
  const waiting = (services?.pipelines ?? []).flatMap(({ name, label, stages }) =>
    stages.flatMap((stage) =>
      stage.actions
        .filter(({ waitsForApproval }) => waitsForApproval)
        .map((action) => ({ name, label, stage, action })),
    ),
  );
  return html`<section class="card plain"><h3>Approve</h3>
    ${
      waiting.length === 0
        ? empty('No manual approval waits.')
        : waiting.map(({ name, label, stage, action }) => {
            const place = { pipeline: name, stage: stage.name, action: action.name };
            return html`<p>${label}/${stage.name}/${action.name}</p><div class="buttons">
        ${actionButton('Approve', () => actions.run('approve', { ...place, status: 'Approved' }), { off })}
        ${actionButton('Reject', () => actions.run('approve', { ...place, status: 'Rejected' }), { off, danger: true })}</div>`;
          })
    }
  </section>`;
}

function deferred(state: PageState, actions: PageActions, off: boolean): TemplateResult {
  const open = owedRows({ ...state, route: { ...state.route, filter: '' } }).filter(({ canComplete }) => canComplete);
  return html`<section class="card plain"><h3>Complete what is deferred</h3>
    ${
      open.length === 0
        ? empty('Nothing waits for somebody to call complete.')
        : html`<form id="complete" @submit=${actions.submit('complete')}>
      <label>Owed answer <select name="owedId">${open.slice(0, 200).map(({ id, detail, state: how }) => html`<option value=${id}>${detail} (${how})</option>`)}</select></label>
      <label>Outcome <select name="kind"><option value="succeeded">succeeded</option><option value="failed">failed</option></select></label>
      <label>Reason or summary <input name="reason" /></label>
      <button ?disabled=${off}>Complete</button></form>`
    }
  </section>`;
}

function uploadForm({ fetched: { services } }: PageState, actions: PageActions, off: boolean): TemplateResult {
  const users = services?.transfer.users ?? [];
  return html`<section class="card plain"><h3>Upload a file</h3>
    ${
      users.length === 0
        ? empty('No server has a user.')
        : html`<form id="upload-file" @submit=${actions.submit('upload-file')}>
      <label>As <select name="user">${users.map(({ serverId, userName }) => html`<option value=${`${serverId}/${userName}`}>${userName} of ${serverId}</option>`)}</select></label>
      <label>File <input type="file" name="files" required /></label>
      <button ?disabled=${off}>Upload</button></form>`
    }
  </section>`;
}

function catalogForms(
  { fetched: { services, parameters } }: PageState,
  actions: PageActions,
  off: boolean,
): TemplateResult {
  const { products = [], provisioned = [] } = services?.catalog ?? {};
  const versions = products
    .filter(({ canBeLaunched }) => canBeLaunched)
    .flatMap((product) => product.versions.map((version) => ({ product, version })));
  return html`<section class="card plain"><h3>Provision a product</h3>
    ${
      versions.length === 0
        ? empty('No product can be launched: none is in a portfolio with a launch role.')
        : html`<form id="provision" @submit=${actions.provision}>
      <label>Version <select name="version" @change=${actions.forgetParameters}>${versions.map(({ product, version }) => html`<option value=${`${product.id}/${version.id}`}>${product.name}, ${version.name}</option>`)}</select></label>
      <label>What is to be done <select name="target"><option value="">provision a new one</option>${provisioned.map(({ id, name }) => html`<option value=${id}>update ${name}</option>`)}</select></label>
      <label>Name of a new one <input name="name" value="my-product" /></label>
      ${
        parameters === undefined
          ? html`<button type="button" ?disabled=${off} @click=${actions.loadParameters}>Ask the parser for its parameters</button>`
          : parameters.map(
              (parameter) => html`<label>${parameter.name} <small>${parameter.type} ${parameter.description}</small>
            <input name=${`parameter:${parameter.name}`} type=${parameter.isSecret ? 'password' : 'text'} value=${parameter.default} autocomplete="off" /></label>`,
            )
      }
      ${parameters === undefined ? nothing : html`<button ?disabled=${off}>Go</button>`}</form>`
    }
    ${provisioned.map(({ id, name }) => html`<p>${name} ${actionButton(`Terminate ${name}`, () => actions.run('terminate', { provisionedProductId: id }), { off, danger: true })}</p>`)}
  </section>`;
}

function eventForm({ fetched, route }: PageState, actions: PageActions, off: boolean): TemplateResult {
  const functions = fetched.functions ?? [];
  const edited = route.path[0] === 'event' ? fetched.invocation : undefined;
  const isEdited = edited?.invocation.id === route.path[1];
  const chosen = isEdited ? edited?.invocation.functionName : undefined;
  return html`<section class="card plain" id="send"><h3>Send an event</h3>
    ${
      functions.length === 0
        ? empty('No function is deployed.')
        : html`<form id="send-event" @submit=${actions.submit('send-event')}>
      <label>Function <select name="functionName">${functions.map(({ functionName, label }) => html`<option value=${functionName} ?selected=${label === chosen}>${label}</option>`)}</select></label>
      <label>Event <textarea name="event" rows="10" spellcheck="false" .value=${isEdited ? pretty(edited?.event) : '{}'}></textarea></label>
      <p class="hint">What is withheld is put back when it is sent.</p>
      <button ?disabled=${off}>Send</button></form>`
    }
  </section>`;
}

function faultForm({ fetched: { faults } }: PageState, actions: PageActions, off: boolean): TemplateResult {
  return html`<section class="card plain"><h3>Arm a fault</h3>
    <form id="arm-fault" @submit=${actions.submit('arm-fault')}>
      <label>Fault <input name="spec" list="fault-forms" value="kill:before:codepipeline:PutJobSuccessResult" required /></label>
      <datalist id="fault-forms">${(faults?.forms ?? []).map((form) => html`<option value=${form}></option>`)}</datalist>
      <details><summary>The forms</summary><ul>${(faults?.forms ?? []).map((form) => html`<li><code>${form}</code></li>`)}</ul></details>
      <button ?disabled=${off}>Arm</button></form>
    ${(faults?.armed ?? []).map(({ id, spec }) => html`<p><code>${spec}</code> ${actionButton('Take back', () => actions.run('disarm-fault', { id }), { off })}</p>`)}
  </section>`;
}

function clockForm(actions: PageActions, off: boolean): TemplateResult {
  const speeds = [1, 10, 60, 240];
  return html`<section class="card plain"><h3>Move the clock</h3>
    <div class="buttons">${actionButton('To what happens next', () => actions.run('go-to-next', {}), { off })}
      ${actionButton('1 minute on', () => actions.run('move-clock', { seconds: 60 }), { off })}
      ${actionButton('1 hour on', () => actions.run('move-clock', { seconds: 3600 }), { off })}</div>
    <p>Speed while no function runs:</p>
    <div class="buttons">${speeds.map((speed) => actionButton(`${speed}×`, () => actions.run('set-speed', { speed }), { off }))}</div>
  </section>`;
}
