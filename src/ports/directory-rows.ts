/** The rows the directory is built from, all of the same instant. */
export interface DirectoryRows {
  /** Grows with every change of any of these rows. */
  version(): Promise<number>;
  read(): Promise<DirectorySnapshot>;
}

export interface DirectorySnapshot {
  readonly version: number;
  readonly tenants: readonly {
    readonly id: string;
    readonly name: string;
    readonly timeZone: string;
    readonly country: string;
    readonly settings: {
      readonly allowedPrefixes?: readonly string[];
      readonly emergencyNumbers?: readonly string[];
      readonly wrapUpSeconds?: number;
    };
    /** The call-recording block as it was stored last, or null. */
    readonly callRecording: unknown;
  }[];
  readonly trunks: readonly {
    readonly id: string;
    readonly tenantId: string;
    readonly name: string;
    readonly host: string;
    readonly port: number;
    readonly transport: 'udp' | 'tcp';
    readonly username: string | null;
    readonly passwordSealed: string | null;
    readonly allowedAddresses: readonly string[];
    readonly callerNumbers: readonly string[];
    readonly sortOrder: number;
  }[];
  readonly numbers: readonly {
    readonly id: string;
    readonly tenantId: string;
    readonly number: string;
    readonly targetKind: 'queue' | 'agent';
    readonly targetId: string;
  }[];
  readonly agents: readonly {
    readonly id: string;
    readonly tenantId: string;
    readonly email: string;
    readonly name: string;
    readonly agentId: string;
    readonly sipUsername: string;
    readonly sipPasswordSealed: string;
    readonly queueIds: readonly string[];
    readonly callerNumber: string | null;
  }[];
  readonly queues: readonly {
    readonly id: string;
    readonly tenantId: string;
    readonly name: string;
    readonly channel: 'ivr' | 'mobile' | 'web';
    readonly parentId: string | null;
    readonly ringSeconds: number;
    readonly maxWaitSeconds: number;
    readonly waitingTone: 'ringback' | 'music';
  }[];
}
