import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconSparkles } from '@tabler/icons-react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { useText } from '../../i18n/language.ts';
import { Section } from '../../lists/facts.tsx';
import { ProblemNote } from '../../lists/problem.tsx';

/** The shortest way: steps 1 to 5 in one click. */
export const TryOut = (props: { readonly onMade: (made: Schemas['TryOut']) => void }) => {
  const t = useText();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () => answered(client.POST('/try-out')),
    // Nearly everything on this page is different now.
    onSuccess: (made) => {
      props.onMade(made);
      return queries.invalidateQueries();
    },
  });
  return (
    <Section title={t('start.tryOut')}>
      <Stack gap="sm">
        <Text size="sm">{t('start.tryOutText')}</Text>
        {make.isError && <ProblemNote error={make.error} />}
        <Group>
          <Button
            variant="default"
            leftSection={<IconSparkles size={16} />}
            loading={make.isPending}
            onClick={() => make.mutate()}
          >
            {t('start.tryOutDo')}
          </Button>
        </Group>
      </Stack>
    </Section>
  );
};
