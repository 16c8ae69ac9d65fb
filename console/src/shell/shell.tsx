import {
  AppShell,
  Box,
  Burger,
  Button,
  Group,
  Image,
  Menu,
  Stack,
  Text,
  Title,
  Tooltip,
} from '@mantine/core';
import { useDisclosure, useReducedMotion } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconChevronDown, IconClock, IconLogout } from '@tabler/icons-react';
import { Outlet, useRouterState } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { client, useToken } from '../api/client.ts';
import { useChanges } from '../api/events.ts';
import { sessionQuery } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { Later } from '../lists/later.tsx';
import { NoRightNote } from '../lists/problem.tsx';
import { HeardNote } from '../pages/live/heard-note.tsx';
import { ListenBar } from '../pages/live/listen-bar.tsx';
import { listener } from '../pages/live/listening.ts';
import { Dock } from '../player/dock.tsx';
import { usePlayerKeys } from '../player/keys.ts';
import { player, usePlayer } from '../player/player.ts';
import { useCan, useSession } from '../session.tsx';
import { LanguageMenu, ThemeButton } from './choices.tsx';
import { KeyboardHelp } from './help.tsx';
import { menu, openTo, pageAt } from './menu.ts';
import { MenuTree } from './menu-tree.tsx';
import { AlarmLines, StaleNote } from './notices.tsx';
import { Search } from './search.tsx';
import classes from './shell.module.css';

const AccountMenu = () => {
  const t = useText();
  const { user } = useSession();
  const queries = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => client.DELETE('/sessions'),
    // Whatever the server says, this window forgets; a session it could not end is asked for again and shows itself.
    onSettled: async () => {
      player.close();
      listener.close();
      useToken(null);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      // Before the others can be refused: whoever leaves is not asked to come back.
      queries.setQueryData(sessionQuery.queryKey, null);
      await queries.refetchQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Button variant="default" size="xs" rightSection={<IconChevronDown size={14} />}>
          <Text
            span
            size="xs"
            fw={600}
            lh={1.5}
            truncate
            maw={{ base: 56, sm: 170 }}
            title={user.name}
          >
            {user.name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label c="dimmed">{t(`role.${user.role}`)}</Menu.Label>
        <Menu.Item
          leftSection={<IconLogout size={16} />}
          onClick={() => signOut.mutate()}
          disabled={signOut.isPending}
        >
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};

/** Open by address is what the menu shows, and nothing else. */
const Page = ({ path }: { readonly path: string }) => {
  const t = useText();
  const can = useCan();
  const page = pageAt(menu, path);
  if (page === null || can(page.right)) return <Outlet />;
  return (
    <Stack gap="md">
      <Title order={1} size="h2">
        {t(page.text)}
      </Title>
      <NoRightNote />
    </Stack>
  );
};

export const Shell = (): ReactElement => {
  const t = useText();
  const can = useCan();
  const { tenant } = useSession();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const freshness = useChanges(can('events:read'));
  const { listening, hasFailed } = usePlayer();
  // The library slides its frame even for those who asked for stillness.
  const slideMs = useReducedMotion() ? 0 : 200;
  usePlayerKeys();
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      footer={{ height: hasFailed ? 104 : 58, collapsed: listening === null }}
      padding="lg"
      transitionDuration={slideMs}
    >
      <a className={classes['skip']} href="#content">
        {t('shell.skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="sm" wrap="nowrap" justify="space-between">
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t('shell.menu')}
            />
            <Image src="/favicon.svg" alt="" w={26} h={26} />
            <Text fw={700} visibleFrom="sm">
              Callreel
            </Text>
            <Text
              c="dimmed"
              size="sm"
              visibleFrom="sm"
              className={classes['tenant'] ?? ''}
              title={tenant.name}
            >
              {tenant.name}
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Later height={30}>
              {can('calls:read') && <Search />}
              <Tooltip label={t('shell.zone')}>
                <Group gap={4} wrap="nowrap" visibleFrom="sm" c="dimmed" tabIndex={0}>
                  <IconClock size={15} aria-hidden />
                  <Text size="xs">{tenant.timeZone}</Text>
                </Group>
              </Tooltip>
              <LanguageMenu />
              <ThemeButton />
              {/* A telephone has no keys to explain. */}
              <Box visibleFrom="sm">
                <KeyboardHelp />
              </Box>
              <AccountMenu />
            </Later>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('shell.menu')} style={{ overflowY: 'auto' }}>
        <MenuTree nodes={openTo(menu, can)} path={path} onChosen={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <StaleNote freshness={freshness} />
        <AlarmLines />
        <HeardNote />
        <ListenBar />
        <Page path={path} />
      </AppShell.Main>
      {listening && (
        // Above the menu, which would hide the names of its buttons.
        <AppShell.Footer withBorder={false} zIndex={102}>
          <Dock />
        </AppShell.Footer>
      )}
    </AppShell>
  );
};
