/** The file of an upload: chosen or dropped, judged at once by the server's own rules, each of which is shown with its verdict. */
import { Button, Group, Input, Stack, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconUpload,
} from '@tabler/icons-react';
import { useRef, useState, type ReactElement } from 'react';
import type { FileRule } from '#core/asset/file-rules.ts';
import { useText, type TextKey } from '../../i18n/language.ts';
import type { JudgedFile } from './judge.ts';
import classes from './voice-assets.module.css';
import { brokenText, useAmounts } from './words.ts';

const rules = [
  {
    head: 'voiceAssets.rule.format',
    text: 'voiceAssets.rule.formatText',
    breaks: ['file-empty', 'file-format', 'file-ending', 'file-damaged'],
  },
  { head: 'voiceAssets.rule.rate', text: 'voiceAssets.rule.rateText', breaks: ['sample-rate'] },
  {
    head: 'voiceAssets.rule.channels',
    text: 'voiceAssets.rule.channelsText',
    breaks: ['channels'],
  },
  {
    head: 'voiceAssets.rule.duration',
    text: 'voiceAssets.rule.durationText',
    breaks: ['duration'],
  },
  { head: 'voiceAssets.rule.size', text: 'voiceAssets.rule.sizeText', breaks: ['file-size'] },
] as const satisfies readonly {
  readonly head: TextKey;
  readonly text: TextKey;
  readonly breaks: readonly FileRule[];
}[];

const Rules = ({ judged }: { readonly judged: JudgedFile | null }): ReactElement => {
  const t = useText();
  const amounts = useAmounts();
  // Of a file that is no audio, the other rules are not known to be kept.
  const isKnown = judged !== null && !judged.broken.some(({ rule }) => rule === 'file-format');
  return (
    <ul className={classes['rules']} aria-label={t('voiceAssets.rules')}>
      {rules.map(({ head, text, breaks }) => {
        const broken =
          judged?.broken.filter(({ rule }) => breaks.some((one) => one === rule)) ?? [];
        const isBroken = broken.length > 0;
        // Of a file that is too large only the beginning was read.
        const isKept =
          isKnown && (head !== 'voiceAssets.rule.duration' || judged.durationMs !== null);
        return (
          <li key={head}>
            {isBroken ? (
              <IconAlertTriangle size={16} color="var(--mantine-color-error)" aria-hidden />
            ) : isKept ? (
              <IconCircleCheck size={16} color="var(--mantine-color-teal-7)" aria-hidden />
            ) : (
              <IconCircleDashed size={16} aria-hidden />
            )}
            <Text span size="sm" c="dimmed">
              {t(head)}
            </Text>
            <span>
              {t(text)}
              {broken.map((one) => (
                <Text span key={one.rule} size="sm" c="var(--mantine-color-error)" role="alert">
                  {' '}
                  {brokenText(t, amounts, one)}
                </Text>
              ))}
            </span>
          </li>
        );
      })}
    </ul>
  );
};

export const FileField = (props: {
  readonly judged: JudgedFile | null;
  readonly error: string | null;
  readonly isBusy: boolean;
  readonly onFile: (file: File) => void;
}): ReactElement => {
  const t = useText();
  const amounts = useAmounts();
  const { judged, error, isBusy, onFile } = props;
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const take = (files: FileList | null): void => {
    const file = files?.[0];
    if (file && !isBusy) onFile(file);
  };
  const facts = judged && [
    amounts.bytes(judged.file.size),
    ...(judged.durationMs === null ? [] : [amounts.seconds(judged.durationMs)]),
  ];
  return (
    <Input.Wrapper
      label={t('voiceAssets.file.label')}
      labelElement="div"
      required
      error={error}
      errorProps={{ role: 'alert' }}
    >
      <Stack
        gap="xs"
        mt={4}
        className={classes['drop'] ?? ''}
        data-over={isOver}
        data-broken={(judged !== null && judged.broken.length > 0) || error !== null}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setIsOver(false);
          take(event.dataTransfer.files);
        }}
      >
        <Group gap="sm" wrap="nowrap">
          <input
            ref={input}
            type="file"
            accept=".mp3,.wav,audio/*"
            hidden
            aria-hidden
            tabIndex={-1}
            onChange={({ currentTarget }) => {
              take(currentTarget.files);
              // The same file may be chosen again after it was mended.
              currentTarget.value = '';
            }}
          />
          <Button
            variant="default"
            leftSection={<IconUpload size={16} />}
            disabled={isBusy}
            miw="max-content"
            onClick={() => input.current?.click()}
          >
            {t('voiceAssets.file.select')}
          </Button>
          {judged ? (
            <Text size="sm" className={classes['name'] ?? ''} role="status">
              <b>{judged.file.name}</b> · {facts?.join(' · ')}
            </Text>
          ) : (
            <Text size="sm" c="dimmed">
              {t('voiceAssets.file.drop')}
            </Text>
          )}
        </Group>
        <Rules judged={judged} />
      </Stack>
    </Input.Wrapper>
  );
};
