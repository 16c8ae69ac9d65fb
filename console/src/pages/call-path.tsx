import { Table, Text } from '@mantine/core';
import type { CallDetail } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { Section } from '../lists/facts.tsx';
import { useNames } from '../lists/filters.tsx';
import { useTimeTexts } from '../session.tsx';
import { causeText, happeningText } from '../words.ts';

interface Step {
  readonly at: string;
  readonly text: string;
  readonly note: string;
}

const useSteps = (call: CallDetail): readonly Step[] => {
  const t = useText();
  const names = useNames();
  const steps: (Step | null)[] = [
    {
      at: call.startedAt,
      text: t('path.started', { from: call.caller, to: call.callee }),
      note: '',
    },
    ...call.events.map(({ at, kind, facts }) => ({
      at,
      text: happeningText(t, kind),
      note: typeof facts['queueId'] === 'string' ? names.queue(facts['queueId']) : '',
    })),
    ...call.legs.flatMap((leg) => {
      const name = leg.agentId === null ? leg.endpointUser : names.agents([leg.agentId]);
      const who = `${name} (${t(`kind.${leg.kind}`)})`;
      const said = leg.sipStatus === null ? '' : ` (SIP ${leg.sipStatus})`;
      return [
        leg.ringingAt === null
          ? null
          : { at: leg.ringingAt, text: t('path.ringing', { who }), note: '' },
        leg.answeredAt === null
          ? null
          : { at: leg.answeredAt, text: t('path.answered', { who }), note: '' },
        leg.endedAt === null
          ? null
          : {
              at: leg.endedAt,
              text: t('path.left', { who }),
              note: `${causeText(t, leg.cause ?? '')}${said}`,
            },
      ];
    }),
    call.endedAt === null
      ? null
      : {
          at: call.endedAt,
          text: t('path.ended'),
          note: causeText(t, call.cause ?? call.endStatus ?? ''),
        },
  ];
  return steps
    .filter((step) => step !== null)
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
};

/** The way the call took, step by step, in the tenant's time. */
export const CallPath = ({ call }: { readonly call: CallDetail }) => {
  const t = useText();
  const time = useTimeTexts();
  return (
    <Section title={t('path.title')}>
      <Table verticalSpacing={4} aria-label={t('path.title')}>
        <Table.Tbody>
          {useSteps(call).map((step, index) => (
            <Table.Tr key={index}>
              <Table.Td w={110} style={{ fontVariantNumeric: 'tabular-nums' }}>
                {time.time(step.at)}
              </Table.Td>
              <Table.Td>
                <Text size="sm">{step.text}</Text>
                {step.note !== '' && (
                  <Text size="xs" c="dimmed">
                    {step.note}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
};
