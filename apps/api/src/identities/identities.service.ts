import { Injectable } from '@nestjs/common';
import { AssayError } from '@app/model';
import { NaturalBatch } from '@app/platform';
import { ChangeFeed, IdentitiesStore, Link, LinkAnswer } from '@app/store';
import { answerInTime } from '../http/answer-in-time';

/** Most links of one transaction: assigning and counting wait while it is written. */
const MOST_IN_ONE_WRITE = 100;

/** Links ids of one person, for whoever takes them in. */
@Injectable()
export class IdentitiesService {
  /** Those of concurrent requests are made together. */
  private readonly writes: NaturalBatch<readonly Link[], Map<readonly Link[], LinkAnswer[]>>;

  constructor(
    private readonly identities: IdentitiesStore,
    private readonly changes: ChangeFeed,
  ) {
    this.writes = new NaturalBatch(
      (requests) => this.write(requests),
      MOST_IN_ONE_WRITE,
      (links) => links.length,
    );
  }

  /**
   * Durable, merged and counted when it resolves.
   * @returns an answer for each link, in order; a link that cannot be made is answered so, and changes nothing
   * @throws AssayError store_unavailable when it takes too long; what is under way goes on, and who asks again finds it done
   */
  async link(links: readonly Link[]): Promise<LinkAnswer[]> {
    if (links.length === 0) return [];
    const linked = this.writes.add(links).then((answers) => answers.get(links) as LinkAnswer[]);
    const detail = 'The link takes too long to make; ask again.';
    return answerInTime(linked, (cause) => new AssayError('store_unavailable', detail, {}, cause));
  }

  private async write(requests: readonly (readonly Link[])[]): Promise<Map<readonly Link[], LinkAnswer[]>> {
    const answers = await this.identities.link(requests.flat());
    await this.changes.caughtUp();
    return new Map(requests.map((links) => [links, answers.splice(0, links.length)]));
  }
}
