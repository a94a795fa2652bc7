import type { PlayRecord } from './play-record.ts';
import type { SecretIndex } from './secret-index.ts';
import type { Story } from './story.ts';
import type { Found } from './violation.ts';

/** Looks for secrets in everything that was written or answered. */
export function judgeSecrets(record: PlayRecord, story: Story, secrets: SecretIndex, found: Found): void {
  const places = [
    ...record.lines.map((text) => ({ place: 'a log line', text })),
    ...record.told.map((text) => ({ place: 'what was told beside the answer', text })),
    ...record.answers.map(({ detail }) => ({ place: 'an answer', text: detail })),
    ...record.calls
      .filter(({ action }) => story.answerActions.includes(action))
      .map(({ action, input, callbackId }) => {
        const { data = {} } = record.deliveries.get(callbackId)?.ticket ?? {};
        // The tokens that the API asks for stand in members of their own.
        const own = story.service.secretMembers.map((member) => data[member]);
        return { place: action, text: JSON.stringify(input, (_, value) => (own.includes(value) ? undefined : value)) };
      }),
  ];
  for (const { place, text } of places) {
    for (const secret of secrets.within(text)) {
      found('no secrets', `${place} holds a secret: ${text.replaceAll(secret, '<secret>').slice(0, 300)}`);
    }
  }
}
