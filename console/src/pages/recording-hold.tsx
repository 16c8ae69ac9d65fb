/** Legal hold of one recording: shown to everybody who sees it, placed and lifted by those who may. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconScale } from '@tabler/icons-react';
import { useState } from 'react';
import { answered, client } from '../api/client.ts';
import type { RecordingDetail } from '../api/queries.ts';
import { useWrite } from '../api/write.ts';
import { useText } from '../i18n/language.ts';
import { FirstLines } from '../lists/first-field.tsx';
import { FormDialog } from '../lists/form-dialog.tsx';
import { ProblemNote } from '../lists/problem.tsx';
import { useCan, useTimeTexts } from '../session.tsx';

/** As the server limits it. */
const longestReason = 500;

const usePlaced = (id: string, onDone: () => void) => {
  const path = { id };
  return useWrite(
    'recordings',
    // Null lifts it.
    async (reason: string | null) => {
      if (reason === null) await client.DELETE('/recordings/{id}/legal-hold', { params: { path } });
      else
        await answered(
          client.PUT('/recordings/{id}/legal-hold', { params: { path }, body: { reason } }),
        );
    },
    onDone,
  );
};

/** The button, for who may, as long as there is no hold. */
export const PlaceHold = ({ recording }: { readonly recording: RecordingDetail }) => {
  const t = useText();
  const can = useCan();
  const { id, legalHold } = recording;
  const [isOpen, { open, close }] = useDisclosure(false);
  const [reason, setReason] = useState('');
  const place = usePlaced(id, close);
  if (legalHold !== null || !can('legal-hold:write')) return null;
  return (
    <>
      <Button variant="default" leftSection={<IconScale size={16} />} onClick={open}>
        {t('recording.hold.place')}
      </Button>
      {isOpen && (
        <FormDialog
          title={t('recording.hold.place')}
          submit={t('recording.hold.place')}
          sending={place}
          isReady={reason.trim() !== ''}
          onSubmit={() => place.mutate(reason)}
          onClose={close}
        >
          <Text size="sm">{t('recording.hold.text')}</Text>
          <FirstLines
            label={t('recording.hold.reason')}
            maxLength={longestReason}
            minRows={2}
            maxRows={8}
            value={reason}
            onChange={setReason}
          />
        </FormDialog>
      )}
    </>
  );
};

const LiftHold = ({ id }: { readonly id: string }) => {
  const t = useText();
  const [isAsking, { open, close }] = useDisclosure(false);
  const lift = usePlaced(id, close);
  return (
    <Stack gap="xs" align="start">
      {isAsking ? (
        <>
          <Text size="sm">{t('recording.hold.ask')}</Text>
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={close}>
              {t('dialog.cancel')}
            </Button>
            <Button
              size="xs"
              color="red"
              loading={lift.isPending}
              onClick={() => lift.mutate(null)}
            >
              {t('recording.hold.lift')}
            </Button>
          </Group>
        </>
      ) : (
        <Button size="xs" variant="default" onClick={open}>
          {t('recording.hold.lift')}
        </Button>
      )}
      {lift.error && <ProblemNote error={lift.error} />}
    </Stack>
  );
};

export const LegalHold = ({ recording }: { readonly recording: RecordingDetail }) => {
  const t = useText();
  const time = useTimeTexts();
  const can = useCan();
  const { id, legalHold } = recording;
  const mayWrite = can('legal-hold:write');
  if (legalHold === null) return null;
  return (
    <Alert color="grape" icon={<IconScale size={18} />} title={t('recording.hold.title')}>
      <Stack gap="xs">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {legalHold.reason}
        </Text>
        <Text size="xs">
          {t('recording.hold.by', { by: legalHold.by, time: time.instant(legalHold.since) })}
        </Text>
        {mayWrite && <LiftHold id={id} />}
      </Stack>
    </Alert>
  );
};
