import { runWithStockLimits } from './stock.mjs';

runWithStockLimits('worker');
