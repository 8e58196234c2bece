// Package store keeps everything: records, the acts that change them, and the lists that
// pages show. It is the only home of gorm.
//
// Every public method is one act of the trade in one transaction. A file holds one
// record with its rules and its queries. Lists for pages are read models with an explicit
// select, a limit and a stable order, a file each.
//
// One code runs on SQLite and on PostgreSQL. What to know when writing a query:
//
//   - Read through s.reader(ctx), write inside s.act. On SQLite the reader refuses writes.
//   - Times are UTC instants in microseconds. SQLite keeps them as integers, so a time
//     that comes out of an expression (max, coalesce) is scanned into an instant, not a
//     time.Time; a plain column is scanned into a time.Time.
//   - Booleans are written as NOT parked or as bound arguments (parked = ?), never as 0.
//   - Conditions that a partial index names (state = 'pending') are written out, not bound:
//     planners cannot look into an argument.
//   - Rows below a vacancy carry its id, and joins name it, so that PostgreSQL can
//     partition them by vacancy.
package store
