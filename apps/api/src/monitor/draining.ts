import { Injectable } from '@nestjs/common';

/** Has this process begun to leave? Load balancers are told before anything is closed. */
@Injectable()
export class Draining {
  private begun = false;

  begin(): void {
    this.begun = true;
  }

  get hasBegun(): boolean {
    return this.begun;
  }
}
