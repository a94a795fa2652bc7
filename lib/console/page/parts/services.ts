import { html, nothing, type TemplateResult } from 'lit-html';
import type { ActionView, PipelineView, ServicesView } from '../../views/services-view.ts';
import { fits, type PageState } from '../page-state.ts';
import { linkTo } from '../route.ts';
import { sinceStart } from '../text.ts';
import { chip, empty } from './pieces.ts';

/** What the services themselves know, as their own pages show it. */
export function servicesPage(state: PageState): TemplateResult {
  const { services } = state.fetched;
  if (services === undefined) return empty('Asking the services…');
  const { filter } = state.route;
  const startedAt = state.summary?.startedAt ?? 0;
  const pipelines = services.pipelines.filter((pipeline) => fits(pipeline, filter));
  return html`
    <h2>Services</h2>
    <p class="hint">Simulated from their models and documents. <a href=${linkTo('play')}>Play</a> starts, approves, uploads and provisions.</p>
    <h3>CodePipeline</h3>
    ${pipelines.length === 0 ? empty('No pipeline is deployed.') : pipelines.map((pipeline) => pipelineCard(pipeline, startedAt))}
    <h3>Transfer Family</h3>${transferPart(services, filter)}
    <h3>Service Catalog</h3>${catalogPart(services, filter)}
    <h3>Cloud Control</h3>${requestsPart(services, filter, startedAt)}
  `;
}

function pipelineCard({ label, stages, executions, source }: PipelineView, startedAt: number): TemplateResult {
  const [latest] = executions;
  return html`<section class="card plain" aria-label=${label}>
    <p class="line"><strong>${label}</strong> ${latest ? html`${chip(latest.status)} started at ${sinceStart(latest.startedAt, startedAt)}` : 'has not run yet'}</p>
    ${source ? html`<p class="hint">Source: s3://${source.bucket}/${source.key}</p>` : nothing}
    <ol class="stages">${stages.map(
      (stage) =>
        html`<li><p><strong>${stage.name}</strong> ${chip(stage.status)}</p><ul>${stage.actions.map(actionRow)}</ul></li>`,
    )}</ol>
  </section>`;
}

function actionRow(action: ActionView): TemplateResult {
  const variables = Object.entries(action.variables);
  const artifacts = [
    ...action.inputArtifacts.map((name) => `in: ${name}`),
    ...action.outputArtifacts.map((name) => `out: ${name}`),
  ];
  return html`<li>
    <p>${action.name} ${chip(action.waitsForApproval ? 'waiting' : action.status)}</p>
    <p class="hint">${action.type}${artifacts.length ? html`; ${artifacts.join(', ')}` : nothing}</p>
    ${action.summary ? html`<p class="why">${action.summary}</p>` : nothing}
    ${variables.length ? html`<p class="hint">${variables.map(([name, value]) => `${name}=${value}`).join(', ')}</p>` : nothing}
    ${action.waitsForApproval ? html`<p><a href=${linkTo('play')}>Approve or reject</a></p>` : nothing}
  </li>`;
}

function transferPart({ transfer }: ServicesView, filter: string): unknown {
  const workflows = transfer.workflows.filter((workflow) => fits(workflow, filter));
  if (workflows.length === 0) return empty('No workflow is deployed.');
  return workflows.map(
    (workflow) => html`<section class="card plain" aria-label=${workflow.id}>
      <p class="line"><strong>${workflow.description || workflow.id}</strong> ${workflow.steps.map(({ name }) => name).join(' → ')}</p>
      ${
        workflow.executions.length === 0
          ? html`<p class="hint">No file has come yet.</p>`
          : html`<ul>${workflow.executions.map(
              ({
                status,
                userName,
                file,
                steps,
                onExceptionSteps,
              }) => html`<li><p>${chip(status)} ${fileText(file)} of ${userName}</p>
          <p class="hint">${[...steps, ...onExceptionSteps].map(({ name, error }) => `${name}: ${error ? `${error.type}, ${error.message}` : 'done'}`).join('; ')}</p></li>`,
            )}</ul>`
      }
    </section>`,
  );
}

function fileText(file: ServicesView['transfer']['workflows'][number]['executions'][number]['file']): string {
  return file.domain === 'S3' ? `s3://${file.bucket}/${file.key}` : `${file.fileSystemId}:${file.path}`;
}

function catalogPart({ catalog }: ServicesView, filter: string): unknown {
  const products = catalog.products.filter((product) => fits(product, filter));
  const records = catalog.records.filter((record) => fits(record, filter));
  if (catalog.products.length === 0) return empty('No product is there.');
  return html`
    <ul class="cards">${products.map(({ name, type, versions, canBeLaunched }) => html`<li class="card plain"><strong>${name}</strong> ${type}, ${versions.map((version) => version.name).join(', ')}${canBeLaunched ? nothing : ', no launch role'}</li>`)}</ul>
    ${catalog.provisioned.map(
      (
        found,
      ) => html`<section class="card plain" aria-label=${found.name}><p class="line"><strong>${found.name}</strong> ${chip(found.status)} of ${found.productName}</p>
        ${found.statusMessage ? html`<p class="why">${found.statusMessage}</p>` : nothing}
        ${found.outputs.length ? html`<dl class="pairs">${found.outputs.map(({ key, value }) => html`<dt>${key}</dt><dd>${value}</dd>`)}</dl>` : nothing}</section>`,
    )}
    ${records.length ? html`<ul>${records.map((record) => html`<li>${chip(record.status)} ${record.type} of ${record.name}${record.errors.length ? html`<p class="why">${record.errors.join('; ')}</p>` : nothing}</li>`)}</ul>` : nothing}
  `;
}

function requestsPart({ requests }: ServicesView, filter: string, startedAt: number): unknown {
  const rows = requests.filter((request) => fits(request, filter));
  if (rows.length === 0) return empty('No request was made.');
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Requests of Cloud Control"><table>
    <thead><tr><th scope="col">At</th><th scope="col">Request</th><th scope="col">Status</th><th scope="col">Hooks</th></tr></thead>
    <tbody>${rows.map(
      (
        request,
      ) => html`<tr><td>${sinceStart(request.at, startedAt)}</td><td>${request.operation} ${request.typeName} ${request.identifier}</td>
        <td>${chip(request.status)} ${request.errorCode} ${request.message}</td>
        <td>${request.hooks.length === 0 ? '–' : request.hooks.map((hook) => html`<p>${hook.typeName} ${chip(hook.status)} ${hook.message}</p>`)}</td></tr>`,
    )}</tbody></table></div>`;
}
