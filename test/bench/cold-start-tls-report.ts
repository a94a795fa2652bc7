import { DELAY_MS, QUOTA, type TlsColdStarts, type TlsStarts } from './cold-start-tls.ts';
import { ms, row } from './table.ts';

const ROWS = [
  ['empty', 'an empty function'],
  ['calls', 'its calls on bare sockets'],
  ['ringback', 'the gate on Ringback'],
  ['hand-written', 'the gate by hand'],
] as const;

/** First invocations over TLS, as lines for a person. */
export function tlsTables({ rounds, fullSpeed, quota }: TlsColdStarts): readonly string[] {
  return [
    `First invocation over TLS with two hosts that answer in ${DELAY_MS} ms, medians of ${rounds};`,
    "init from the start of the process, the rest from the event's delivery, ms",
    row(['  at full speed', 'init', 'logic', 'answer']),
    ...rowsOf(fullSpeed),
    ...(quota === undefined
      ? [`  left out: at ${QUOTA} of a processor, since no control group can be made here`]
      : [row([`  at ${QUOTA} of a processor (256 MB)`, 'init', 'logic', 'answer']), ...rowsOf(quota)]),
  ];
}

function rowsOf(starts: TlsStarts): readonly string[] {
  const ratio = (part: 'init' | 'logic' | 'answer') =>
    ((starts.ringback?.[part] ?? Number.NaN) / (starts['hand-written']?.[part] ?? Number.NaN)).toFixed(2);
  return [
    ...ROWS.map(([name, title]) => {
      const start = starts[name];
      return row([`    ${title}`, ms(start?.init), ms(start?.logic), ms(start?.answer)]);
    }),
    row(['    Ringback to by hand', ratio('init'), ratio('logic'), ratio('answer')]),
  ];
}
