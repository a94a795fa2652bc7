import { render } from 'lit-html';
import type { Change } from '../views/change.ts';
import { act, filesAsJson, read } from './api.ts';
import { bodyOf, type PageActions } from './page-actions.ts';
import {
  applyChange,
  emptyState,
  type Fetched,
  type PageState,
  type ParameterView,
  ROWS,
  simulatedNow,
} from './page-state.ts';
import { callsPage } from './parts/calls.ts';
import { functionsPage, invocationPage } from './parts/functions.ts';
import { owedPage } from './parts/owed.ts';
import { playPage } from './parts/play.ts';
import { servicesPage } from './parts/services.ts';
import { shell } from './parts/shell.ts';
import { timelinePage } from './parts/timeline.ts';
import { linkTo, parseRoute, tokenIn } from './route.ts';

/* The page of the console: one state, drawn as a whole whenever it changes. */

const TOKEN_KEY = 'ringback-token';
/** How often what a view fetched is fetched again while things change, in real milliseconds. */
const REFRESH_MS = 1_000;

const root = document.getElementById('app') as HTMLElement;
const given = tokenIn(location.hash);
if (given !== undefined) {
  sessionStorage.setItem(TOKEN_KEY, given);
  history.replaceState(null, '', linkTo('owed'));
}
let state: PageState = emptyState(parseRoute(location.hash), sessionStorage.getItem(TOKEN_KEY) ?? undefined);
let isDrawing = false;
root.replaceChildren();

function set(changes: Partial<PageState>): void {
  state = { ...state, ...changes };
  draw();
}

function setFetched(changes: Partial<Fetched>): void {
  set({ fetched: { ...state.fetched, ...changes } });
}

/** Draws once before the next frame, however often it is called. */
function draw(): void {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    const realNow = performance.now();
    render(shell(state, actions, content(simulatedNow(state, realNow)), realNow), root);
  });
}

function content(now: number): unknown {
  const { view, path } = state.route;
  if (view === 'services') return servicesPage(state);
  if (view === 'calls') return callsPage(state, actions);
  if (view === 'play') return playPage(state, actions);
  if (view === 'functions')
    return path[0] === 'invocation' ? invocationPage(state, actions) : functionsPage(state, actions);
  return path[0] === undefined ? owedPage(state, actions, now) : timelinePage(state, actions, now);
}

/** Fetches what the view that is open shows beside the live lists. */
async function fetchForView(): Promise<void> {
  const { view, path } = state.route;
  const [kind, id] = path;
  const encoded = encodeURIComponent((view === 'owed' ? kind : id) ?? '');
  if (view === 'owed') {
    if (kind !== undefined) setFetched({ owed: await read(`owed/${encoded}`) });
    else setFetched({ functions: await read('functions') });
  }
  if (view === 'services' || view === 'play') setFetched({ services: await read('services') });
  if (view === 'play') setFetched({ faults: await read('faults') });
  if (view === 'functions' || view === 'play') setFetched({ functions: await read('functions') });
  const needsEvent = (view === 'functions' && kind === 'invocation') || (view === 'play' && kind === 'event');
  if (needsEvent && state.fetched.invocation?.invocation.id !== id)
    setFetched({ invocation: await read(`invocations/${encoded}`) });
}

function refresh(): void {
  fetchForView().catch((error: Error) => say('bad', error.message));
}

function say(tone: 'good' | 'bad', text: string): void {
  set({ message: { tone, text } });
}

/** Does something, and says what came of it. */
async function perform<Value extends object>(action: string, body: object): Promise<Value | undefined> {
  try {
    const done = await act<Value & { readonly message?: string }>(action, body, state.token);
    if (done.message !== undefined) say('good', done.message);
    refresh();
    return done;
  } catch (error) {
    say('bad', (error as Error).message);
    return undefined;
  }
}

async function loadParameters(form: HTMLFormElement): Promise<void> {
  const [productId, versionId] = String(new FormData(form).get('version')).split('/');
  const found = await perform<{ readonly parameters: readonly ParameterView[] }>('product-parameters', {
    productId,
    versionId,
  });
  if (found !== undefined) setFetched({ parameters: found.parameters });
}

async function provision(form: HTMLFormElement): Promise<void> {
  const { version = '', target = '', name, ...rest } = bodyOf(new FormData(form)).body;
  const [productId, versionId] = version.split('/');
  const parameters = Object.fromEntries(
    Object.entries(rest)
      .filter(([field]) => field.startsWith('parameter:'))
      .map(([field, value]) => [field.slice('parameter:'.length), value]),
  );
  const body = { productId, versionId, parameters };
  if (target === '') await perform('provision', { ...body, name });
  else await perform('update', { ...body, provisionedProductId: target });
}

function formOf(event: Event): HTMLFormElement {
  event.preventDefault();
  const element = event.currentTarget as HTMLElement;
  return (element instanceof HTMLFormElement ? element : element.closest('form')) as HTMLFormElement;
}

const actions: PageActions = {
  skipToMain(event) {
    event.preventDefault();
    document.getElementById('main')?.focus();
  },
  filter(event) {
    const { view, path } = state.route;
    history.replaceState(null, '', linkTo(view, path, (event.target as HTMLInputElement).value));
    set({ route: parseRoute(location.hash), rows: ROWS });
  },
  dismiss: () => set({ message: undefined }),
  moreRows: () => set({ rows: state.rows + ROWS }),
  copy(text) {
    navigator.clipboard.writeText(text).then(
      () => say('good', 'copied'),
      () => say('bad', 'the browser did not let the page copy: select the text and copy it by hand'),
    );
  },
  showCall(id) {
    if (state.fetched.call?.call.id === id) {
      const { call, ...rest } = state.fetched;
      set({ fetched: rest });
      return;
    }
    read<NonNullable<Fetched['call']>>(`calls/${encodeURIComponent(id)}`).then(
      (call) => setFetched({ call }),
      (error: Error) => say('bad', error.message),
    );
  },
  run: (action, body) => void perform(action, body),
  submit: (action) => (event) => {
    const { body, files } = bodyOf(new FormData(formOf(event)));
    filesAsJson(files).then(
      (read) => perform(action, read.length === 0 ? body : { ...body, files: read }),
      () => undefined,
    );
  },
  keepAsTest(event, invocationId) {
    const module = String(new FormData(formOf(event)).get('module'));
    const query = new URLSearchParams({ module });
    read<NonNullable<Fetched['test']>>(`tests/${encodeURIComponent(invocationId)}?${query}`).then(
      (test) => setFetched({ test }),
      (error: Error) => say('bad', error.message),
    );
  },
  loadParameters: (event) => void loadParameters(formOf(event)),
  forgetParameters() {
    const { parameters, ...rest } = state.fetched;
    set({ fetched: rest });
  },
  provision: (event) => void provision(formOf(event)),
};

addEventListener('hashchange', () => {
  const token = tokenIn(location.hash);
  if (token !== undefined) {
    sessionStorage.setItem(TOKEN_KEY, token);
    history.replaceState(null, '', linkTo('owed'));
    set({ token });
  }
  const { call, test, ...fetched } = state.fetched;
  set({ route: parseRoute(location.hash), rows: ROWS, fetched });
  refresh();
});
addEventListener('keydown', (event) => {
  const target = event.target as HTMLElement;
  if (event.key !== '/' || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
  event.preventDefault();
  document.getElementById('filter')?.focus();
});

let refreshedVersion = -1;
const stream = new EventSource('/_ringback/v1/stream');
stream.addEventListener('change', (event) => {
  state = applyChange(state, JSON.parse((event as MessageEvent<string>).data) as Change, performance.now());
  draw();
});
stream.addEventListener('error', () => set({ isConnected: false }));
setInterval(() => {
  if (!state.isConnected || document.visibilityState === 'hidden') return;
  draw();
  const version = state.summary?.version ?? 0;
  if (version !== refreshedVersion) refresh();
  refreshedVersion = version;
}, REFRESH_MS);
refresh();
draw();
