/** Rings an agent and dials for them; says before that the number is on the do-not-call list. */
import { Alert, Button, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconPhonePlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { answered, ApiError, client } from '../api/client.ts';
import { agentsQuery } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { FirstLine } from '../lists/first-field.tsx';
import { FormDialog } from '../lists/form-dialog.tsx';
import { useCan, useTimeTexts } from '../session.tsx';

/** Shorter ones are extensions and emergency numbers, which no list holds. */
const shortest = 5;

/** What the list says of a number as it is written; null when nothing. */
const useListed = (number: string) => {
  const [asked] = useDebouncedValue(number.trim(), 300);
  const isAsked = asked.replaceAll(/\D/gu, '').length >= shortest;
  const { data = null } = useQuery({
    queryKey: ['do-not-call', 'one', asked],
    enabled: isAsked,
    retry: false,
    queryFn: async ({ signal }) => {
      try {
        const params = { path: { number: asked } };
        return await answered(client.GET('/do-not-call/{number}', { params, signal }));
      } catch (thrown) {
        if (thrown instanceof ApiError && thrown.status === 404) return null;
        throw thrown;
      }
    },
  });
  return isAsked && asked === number.trim() ? data : null;
};

const DialDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const t = useText();
  const time = useTimeTexts();
  const navigate = useNavigate();
  const agents = useQuery(agentsQuery).data?.items ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const [to, setTo] = useState('');
  const [only] = agents;
  const agentId = chosen ?? (agents.length === 1 ? (only?.id ?? null) : null);
  const listed = useListed(to);
  const place = useMutation({
    mutationFn: (agent: string) =>
      answered(client.POST('/calls', { body: { type: 'AgentOutbound', to, agentId: agent } })),
    onSuccess: async ({ id }) => {
      onClose();
      await navigate({ to: '/calls/$id', params: { id } });
    },
  });
  return (
    <FormDialog
      title={t('dial.title')}
      submit={t(listed ? 'dial.callAnyway' : 'dial.call')}
      color={listed ? 'red' : 'cyan'}
      sending={place}
      isReady={agentId !== null && to.trim() !== ''}
      onSubmit={() => {
        if (agentId !== null) place.mutate(agentId);
      }}
      onClose={onClose}
    >
      <FirstLine
        type="tel"
        label={t('dial.number')}
        description={t('dial.numberText')}
        maxLength={40}
        value={to}
        onChange={(number) => {
          place.reset();
          setTo(number);
        }}
      />
      <Select
        label={t('dial.agent')}
        description={t('dial.agentText')}
        required
        searchable
        nothingFoundMessage={t('dial.noAgents')}
        data={agents.map(({ id, name }) => ({ value: id, label: name }))}
        value={agentId}
        onChange={setChosen}
      />
      {listed && (
        <Alert color="orange" role="alert" title={t('dial.listed')}>
          {t(listed.note === '' ? 'dial.listedSince' : 'dial.listedNote', {
            since: time.instant(listed.createdAt),
            note: listed.note,
          })}
        </Alert>
      )}
    </FormDialog>
  );
};

/** The button that opens it, for whoever may place calls. */
export const DialButton = (): ReactElement | null => {
  const t = useText();
  const can = useCan();
  const [isOpen, setIsOpen] = useState(false);
  if (!can('calls:place')) return null;
  return (
    <>
      <Button leftSection={<IconPhonePlus size={16} />} onClick={() => setIsOpen(true)}>
        {t('dial.title')}
      </Button>
      {isOpen && <DialDialog onClose={() => setIsOpen(false)} />}
    </>
  );
};
