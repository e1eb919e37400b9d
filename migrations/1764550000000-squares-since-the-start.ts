import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `products`: sum over users of what they did on a day times what they did on all days before it. What the squares of totals since the
 * start of an experiment grow by on a day is then in the row of the day; adding up `day_products`, thousands of rows per arm and
 * measure, is for ranges that begin later.
 */
export class SquaresSinceTheStart1764550000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE daily_totals ADD COLUMN products numeric NOT NULL DEFAULT 0;
      UPDATE daily_totals d SET products = p.products
      FROM (SELECT arm_id, measure_id, day_b, sum(product) AS products FROM day_products GROUP BY arm_id, measure_id, day_b) p
      WHERE (d.arm_id, d.measure_id, d.day) = (p.arm_id, p.measure_id, p.day_b);`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE daily_totals DROP COLUMN products');
  }
}
