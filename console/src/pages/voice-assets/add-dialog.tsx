import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement, type SubmitEvent } from 'react';
import { ApiError, base } from '../../api/client.ts';
import { useText } from '../../i18n/language.ts';
import { ProblemNote } from '../../lists/problem.tsx';
import { Advice } from './advice.tsx';
import { AssetPlayer } from './asset-player.tsx';
import {
  assetQuery,
  audioPath,
  conversionQuery,
  convertFile,
  uploadAsset,
  type VoiceAsset,
} from './assets.ts';
import { Dialog } from '../../lists/dialog.tsx';
import { FileField } from './file-field.tsx';
import { judgeFile, type JudgedFile } from './judge.ts';
import classes from './voice-assets.module.css';
import { useWordErrors, WordFields, type Words } from './word-fields.tsx';
import { fieldText, useAmounts } from './words.ts';

const Sending = ({ share, label }: { readonly share: number; readonly label: string }) => (
  <Stack gap={4} role="status">
    <Text size="sm">{label}</Text>
    <Progress.Root size="md">
      <Progress.Section value={Math.round(share * 100)} aria-label={label} />
    </Progress.Root>
  </Stack>
);

/** What the server made of the file: heard before it is kept. */
const Converted = ({ judged }: { readonly judged: JudgedFile }): ReactElement => {
  const t = useText();
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(judged.file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [judged.file]);
  return (
    <Alert color="cyan" title={t('voiceAssets.convert.done')}>
      <Stack gap="xs">
        <Text size="sm">{t('voiceAssets.convert.listen')}</Text>
        {url !== null && <AssetPlayer url={url} durationMs={judged.durationMs ?? 0} />}
      </Stack>
    </Alert>
  );
};

/** Offered where conversion would mend the file; where the server cannot do it, it says so and what to do instead. */
const ConvertOffer = (props: {
  readonly judged: JudgedFile;
  readonly isBusy: boolean;
  readonly onConvert: () => void;
}): ReactElement | null => {
  const t = useText();
  const { judged, isBusy, onConvert } = props;
  const conversion = useQuery(conversionQuery);
  if (!judged.mayConvert || !conversion.data) return null;
  if (!conversion.data.available)
    return (
      <Text size="sm" c="dimmed">
        {t('voiceAssets.convert.unavailable')}
      </Text>
    );
  return (
    <Group gap="sm" wrap="nowrap">
      <Button variant="light" loading={isBusy} onClick={onConvert} flex="none">
        {t('voiceAssets.convert.do')}
      </Button>
      <Text size="sm" c="dimmed">
        {t('voiceAssets.convert.text')}
      </Text>
    </Group>
  );
};

/** After the upload: the advice of the server and the tip to listen before anybody else does. */
const Uploaded = (props: { readonly asset: VoiceAsset; readonly onClose: () => void }) => {
  const t = useText();
  const { onClose } = props;
  const { data: asset } = useQuery({
    ...assetQuery(props.asset.id),
    initialData: props.asset,
  });
  return (
    <Stack gap="md">
      <Text>{t('voiceAssets.uploaded', { name: asset.name })}</Text>
      <Alert color="cyan" title={t('voiceAssets.tip')}>
        {t('voiceAssets.tipText')}
      </Alert>
      <Advice asset={asset} />
      <AssetPlayer
        url={`${base}${audioPath(asset.id)}`}
        durationMs={asset.durationMs}
        downloadUrl={`${base}${audioPath(asset.id)}?download=1`}
      />
      <Group justify="end">
        <Button onClick={onClose}>{t('voiceAssets.done')}</Button>
      </Group>
    </Stack>
  );
};

const noWords: Words = { name: '', description: '' };

const AddForm = (props: {
  readonly onAdded: (asset: VoiceAsset) => void;
  readonly onBusy: (isBusy: boolean) => void;
  readonly onClose: () => void;
}): ReactElement => {
  const t = useText();
  const queries = useQueryClient();
  const wordErrors = useWordErrors();
  const { onAdded, onBusy, onClose } = props;
  const [words, setWords] = useState(noWords);
  const [judged, setJudged] = useState<JudgedFile | null>(null);
  const [isConverted, setIsConverted] = useState(false);
  const [wasTried, setWasTried] = useState(false);
  const [share, setShare] = useState(0);
  const convert = useMutation({
    mutationFn: async (file: File) => judgeFile(await convertFile(file, { onProgress: setShare })),
    onSuccess: (made) => {
      setJudged(made);
      setIsConverted(true);
    },
  });
  const send = useMutation({
    mutationFn: (file: File) => uploadAsset({ ...words, file }, { onProgress: setShare }),
    onSuccess: async (asset) => {
      await queries.invalidateQueries({ queryKey: ['voice-assets', 'list'] });
      onAdded(asset);
    },
  });
  const isBusy = send.isPending || convert.isPending;
  useEffect(() => onBusy(isBusy), [isBusy, onBusy]);

  const amounts = useAmounts();
  const refused = send.error instanceof ApiError ? send.error.fields : [];
  const refusedOf = (field: string): string | null => {
    const found = refused.filter((each) => each.field === field);
    return found.length === 0 ? null : found.map((one) => fieldText(t, amounts, one)).join(' ');
  };
  const wrong = wordErrors(words);
  const errors = {
    name: (wasTried ? wrong.name : null) ?? refusedOf('name'),
    description: wrong.description ?? refusedOf('description'),
  };
  const missing = wasTried && judged === null ? t('voiceAssets.file.missing') : null;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setWasTried(true);
    if (isBusy || wrong.name !== null || wrong.description !== null) return;
    if (judged && judged.broken.length === 0) {
      setShare(0);
      send.mutate(judged.file);
    }
  };
  const take = async (file: File): Promise<void> => {
    convert.reset();
    send.reset();
    setIsConverted(false);
    setJudged(await judgeFile(file));
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <WordFields
          words={words}
          errors={errors}
          isBusy={isBusy}
          onChange={(next) => {
            send.reset();
            setWords(next);
          }}
        />
        <FileField
          judged={judged}
          error={missing ?? refusedOf('file')}
          isBusy={isBusy}
          onFile={(file) => void take(file)}
        />
        {judged && !convert.isPending && (
          <ConvertOffer
            judged={judged}
            isBusy={isBusy}
            onConvert={() => {
              setShare(0);
              convert.mutate(judged.file);
            }}
          />
        )}
        {convert.isPending && <Sending share={share} label={t('voiceAssets.convert.doing')} />}
        {convert.isError && <ProblemNote error={convert.error} />}
        {isConverted && judged && <Converted judged={judged} />}
        {send.isPending && <Sending share={share} label={t('voiceAssets.uploading')} />}
        {send.isError && refused.length === 0 && <ProblemNote error={send.error} />}
        <Group justify="end" className={classes['foot'] ?? ''}>
          <Button variant="default" onClick={onClose} disabled={isBusy}>
            {t('dialog.cancel')}
          </Button>
          <Button type="submit" loading={send.isPending} disabled={convert.isPending}>
            {t('voiceAssets.confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

export const AddDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const t = useText();
  const [added, setAdded] = useState<VoiceAsset | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  return (
    <Dialog title={t('voiceAssets.addTitle')} isBusy={isBusy} size={620} onClose={onClose}>
      {added ? (
        <Uploaded asset={added} onClose={onClose} />
      ) : (
        <AddForm onAdded={setAdded} onBusy={setIsBusy} onClose={onClose} />
      )}
    </Dialog>
  );
};
