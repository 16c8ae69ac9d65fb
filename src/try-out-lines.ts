/** What `npm start -- --try` prints: lines to copy that lead to a first recorded call. */

export interface TryOutFacts {
  readonly number: string;
  /** From where the customer calls. */
  readonly trunk: { readonly host: string; readonly port: number };
  readonly agent: { readonly sipUsername: string; readonly sipPassword: string };
  /** Where Callreel speaks SIP, HOST:PORT. */
  readonly server: string;
  /** Null when the console is in another process. */
  readonly consoleUrl: string | null;
}

const usualServer = '127.0.0.1:5060';

/** The built-in phone first: it needs neither a package nor a sound card. */
export const tryOutLines = (facts: TryOutFacts): readonly string[] => {
  const { number, trunk, agent, server, consoleUrl } = facts;
  const { sipUsername: user, sipPassword: password } = agent;
  const at = server === usualServer ? '' : ` --server ${server}`;
  return [
    `A call centre to try: number ${number}, one queue, agent ${user}; inbound calls are recorded.`,
    'In a second terminal, answer as the agent (the password is a new one after each such start):',
    `  npm run phone -- answer --user ${user} --password ${password} --calls 100${at}`,
    'In a third one, call as a customer:',
    `  npm run phone -- call ${number} --port ${trunk.port}${at}`,
    ...(consoleUrl === null
      ? []
      : [
          `Or be rung by the built-in customer: “Call me” on ${consoleUrl}/start, or POST /api/v1/try-out/call.`,
          `Two seconds after the call its recording is in the list: ${consoleUrl}/recordings`,
        ]),
    '',
    `Any SIP phone can be the agent: user ${user}, that password, server ${server}. baresip, with a sound card, takes this line in`,
    '~/.baresip/accounts, and "net_interface 127.0.0.1" in ~/.baresip/config:',
    `  <sip:${user}@${server};transport=udp>;auth_user=${user};auth_pass=${password};answermode=auto`,
    'SIPp can be the customer, who is silent for ten seconds then:',
    `  sipp -sn uac -s ${number} -i ${trunk.host} -p ${trunk.port} -m 1 -d 10000 ${server}`,
  ];
};
