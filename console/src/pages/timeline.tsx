import { Button, Switch, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { TimelineSpan } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { Section } from '../lists/facts.tsx';
import { player } from '../player/player.ts';
import { clockText } from '../time/length.ts';
import { spanText } from '../words.ts';

/** An hour of lively talk has some 1,500 spans; nobody reads them all. */
const MOST_ROWS = 300;

/** What happened in the recording, on both clocks: time of the call, and position in the file. */
export const Timeline = (props: {
  readonly spans: readonly TimelineSpan[];
  readonly nameOf: (participant: number) => string;
}) => {
  const t = useText();
  const { spans, nameOf } = props;
  const [withTalk, setWithTalk] = useState(false);
  const wanted = spans.filter(({ kind }) => withTalk || kind !== 'talk');
  const shown = wanted.slice(0, MOST_ROWS);
  return (
    <Section title={t('timeline.title')}>
      <Switch
        label={t('timeline.talk')}
        checked={withTalk}
        onChange={(event) => setWithTalk(event.currentTarget.checked)}
      />
      {shown.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('timeline.nothing')}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={480} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table
            verticalSpacing={4}
            aria-label={t('timeline.title')}
            style={{ fontVariantNumeric: 'tabular-nums' }}
          >
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('timeline.call')}</Table.Th>
                <Table.Th>{t('timeline.file')}</Table.Th>
                <Table.Th>{t('timeline.who')}</Table.Th>
                <Table.Th>{t('timeline.what')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((span, index) => (
                <Table.Tr key={index}>
                  <Table.Td>
                    <Button
                      variant="transparent"
                      size="compact-sm"
                      px={0}
                      onClick={() => player.seek(span.mediaMs.from)}
                    >
                      {clockText(span.callMs.from)}–{clockText(span.callMs.to)}
                    </Button>
                  </Table.Td>
                  <Table.Td>
                    {clockText(span.mediaMs.from)}–{clockText(span.mediaMs.to)}
                  </Table.Td>
                  <Table.Td>{nameOf(span.participant)}</Table.Td>
                  <Table.Td>
                    {spanText(t, span)}
                    {span.missingMs !== undefined &&
                      ` · ${t('timeline.missing', { ms: Math.round(span.missingMs) })}`}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {wanted.length > shown.length && (
        <Text size="sm" c="dimmed">
          {t('timeline.more', { count: wanted.length - shown.length })}
        </Text>
      )}
    </Section>
  );
};
