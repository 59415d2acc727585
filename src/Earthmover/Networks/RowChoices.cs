using Earthmover.Data.Tables;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Networks;

/// <summary>Makes rows of what a generator gives, column by column.</summary>
internal static class RowChoices
{
    /// <summary>What belongs to one column: a number, a choice, or a number and the choice that says whether it counts.</summary>
    /// <param name="Start">Place of the first of its numbers.</param>
    /// <param name="Number">Its number, or null.</param>
    /// <param name="Choice">Its choice, or null.</param>
    internal sealed record Column(int Start, TableBlock? Number, TableBlock? Choice)
    {
        /// <summary>How many numbers it has.</summary>
        public int Width => (Number?.Width ?? 0) + (Choice?.Width ?? 0);

        /// <summary>Whether the number counts only if the choice says so.</summary>
        public bool IsGated => Number is not null && Choice is { } choice && choice.Opens < choice.Width;
    }

    /// <summary>The columns, in their order.</summary>
    /// <param name="blocks">What the numbers of a row are.</param>
    internal static IReadOnlyList<Column> Columns(IReadOnlyList<TableBlock> blocks)
    {
        var columns = new List<Column>();
        for (var k = 0; k < blocks.Count; k++)
        {
            var (block, next) = (blocks[k], k + 1 < blocks.Count ? blocks[k + 1] : null);
            if (block.Kind == BlockKind.Choice)
                columns.Add(new(block.Start, null, block));
            else
                columns.Add(next is { Kind: BlockKind.Choice, Opens: > 0 } ? new(block.Start, block, blocks[++k])
                    : new(block.Start, block, null));
        }
        return columns;
    }

    /// <summary>
    /// Rows [N, size], of which each column may see those before it; in the innermost scope, with all that led to them.
    /// </summary>
    /// <param name="raw">What a generator gives [N, size].</param>
    /// <param name="blocks">What its numbers are.</param>
    /// <param name="links">What columns see of each other; null for nothing.</param>
    /// <param name="choose">Makes choice k, from 0, of its logits.</param>
    /// <param name="seen">Told what each column was given, with the vector of those before it (null for none).</param>
    /// <param name="isWhole">Whether all that led to the rows is kept, the vectors too; else they are freed column by column: of many
    /// columns they take more memory than all else.</param>
    internal static Tensor Make(Tensor raw, IReadOnlyList<TableBlock> blocks, RowLinks? links, Func<int, Tensor, Tensor> choose,
        Action<Column, Tensor, Tensor?>? seen = null, bool isWhole = false)
    {
        var (rows, choice, before) = (new List<Tensor>(), 0, (Tensor?)null);
        foreach (var column in Columns(blocks))
        {
            if (isWhole)
            {
                (_, var all, before) = One(column, before);
                rows.AddRange(all);
                continue;
            }
            using var scope = TensorScope.Open();
            var (given, parts, sum) = One(column, before);
            if (seen is not null)
                scope.Keep(given);
            rows.AddRange(scope.KeepAll(parts));
            before?.Dispose();
            before = sum is null ? null : scope.Keep(sum);
        }
        return Tensor.Cat([.. rows], 1);

        (Tensor Given, List<Tensor> Parts, Tensor? Sum) One(Column column, Tensor? before)
        {
            var given = raw.Narrow(1, column.Start, column.Width);
            if (before is not null)
                given += before.MatMul(links!.Into.Narrow(1, column.Start, column.Width));
            seen?.Invoke(column, given, before);
            var parts = new List<Tensor>();
            if (column.Number is { } number)
                parts.Add(number.Kind == BlockKind.Bounded ? given.Narrow(1, 0, 1).Tanh() : given.Narrow(1, 0, 1));
            if (column.Choice is { } block)
            {
                var chosen = choose(choice++, given.Narrow(1, parts.Count, block.Width));
                // A number counts as far as it is chosen that it does.
                if (column.IsGated)
                    parts[0] *= chosen.Narrow(1, 0, block.Opens).Sum([1], keep: true);
                parts.Add(chosen);
            }
            if (links is null)
                return (given, parts, null);
            var own = parts.Count == 1 ? parts[0] : Tensor.Cat([.. parts], 1);
            var made = own.MatMul(links.From.Narrow(0, column.Start, column.Width));
            return (given, parts, before is null ? made : before + made);
        }
    }

    /// <summary>
    /// Rows of soft choices, or of made ones with the gradient of soft ones. Forward and backward pass are written out, a few operations
    /// for each column instead of what differentiation would keep of each.
    /// </summary>
    /// <param name="raw">What a generator gives [N, size].</param>
    /// <param name="blocks">What its numbers are.</param>
    /// <param name="temperature">τ of the soft choices.</param>
    /// <param name="links">What columns see of each other; null for nothing.</param>
    /// <param name="noise">Gumbel's law, for each number of a row one [N, size].</param>
    /// <param name="areMade">Whether choices are made.</param>
    internal static Tensor Relax(Tensor raw, IReadOnlyList<TableBlock> blocks, double temperature, RowLinks? links, Tensor noise,
        bool areMade)
    {
        using var scope = TensorScope.Open();
        var columns = Columns(blocks);
        Tensor[] noises = [.. columns.Where(c => c.Choice is not null).Select(c => noise.Narrow(1, c.Choice!.Start, c.Choice.Width))];
        List<Tensor> plain = [], before = [];
        Tensor rows;
        using (Autograd.Pause())
        {
            rows = Make(raw, blocks, links, (k, logits) =>
            {
                var odds = Op.Softmax((logits + noises[k]) / temperature, 1);
                plain.Add(odds);
                return areMade ? Op.Ge(odds, odds.Amax(1, keep: true)).To(odds.DType) : odds;
            }, (column, given, sum) =>
            {
                if (column.Number is { } number)
                    plain.Add(number.Kind == BlockKind.Bounded ? given.Narrow(1, 0, 1).Tanh() : given.Narrow(1, 0, 1));
                if (links is not null)
                    before.Add(sum ?? Tensor.Zeros([raw.Size(0), links.From.Size(1)]).Like(raw));
            }, isWhole: true);
            plain = [Tensor.Cat([.. plain], 1), rows.Detach()];
            if (links is not null)
                plain.Add(Tensor.Cat([.. before], 1));
        }
        return scope.Keep(links is null
            ? Differentiable.Record(rows, [raw, .. plain], (g, saved, _) =>
                [.. Back(g, columns, temperature, saved[1], saved[2], null), null, null])
            : Differentiable.Record(rows, [raw, links.From, links.Into, .. plain], (g, saved, _) =>
                [.. Back(g, columns, temperature, saved[3], saved[4], (saved[1], saved[2], saved[5])), null, null, null]));
    }

    // From the last column to the first: what a column is told of the later ones comes back by way of the sum.
    private static Tensor[] Back(Tensor gradient, IReadOnlyList<Column> columns, double temperature, Tensor plain, Tensor rows,
        (Tensor From, Tensor Into, Tensor Sums)? links)
    {
        var (raw, from, to) = (new Tensor[columns.Count], new Tensor[columns.Count], new Tensor[columns.Count]);
        Tensor? later = null;
        for (var k = columns.Count - 1; k >= 0; k--)
        {
            var column = columns[k];
            Tensor Part(Tensor of) => of.Narrow(1, column.Start, column.Width);
            var g = Part(gradient);
            if (links is { } l)
            {
                var own = l.From.Narrow(0, column.Start, column.Width);
                from[k] = later is null ? Tensor.Zeros(own.Shape).Like(own) : Part(rows).Transpose(0, 1).MatMul(later);
                g = later is null ? g : g + later.MatMul(own.Transpose(0, 1));
            }
            raw[k] = BackColumn(g, column, temperature, Part(plain), Part(rows));
            if (links is { } n)
            {
                var (rank, own) = (n.From.Size(1), n.Into.Narrow(1, column.Start, column.Width));
                to[k] = n.Sums.Narrow(1, k * rank, rank).Transpose(0, 1).MatMul(raw[k]);
                var back = raw[k].MatMul(own.Transpose(0, 1));
                later = later is null ? back : later + back;
            }
        }
        return links is null ? [Tensor.Cat(raw, 1)] : [Tensor.Cat(raw, 1), Tensor.Cat(from), Tensor.Cat(to, 1)];
    }

    private static Tensor BackColumn(Tensor g, Column column, double temperature, Tensor plain, Tensor rows)
    {
        var parts = new List<Tensor>();
        var first = column.Number is null ? 0 : 1;
        var value = first == 1 ? plain.Narrow(1, 0, 1) : null;
        Tensor? chosen = null;
        if (column.Choice is { } block)
        {
            Tensor odds = plain.Narrow(1, first, block.Width), told = g.Narrow(1, first, block.Width);
            // What a number would be worth counts for the choices that let it count.
            if (column.IsGated)
            {
                var worth = g.Narrow(1, 0, 1) * value!;
                told = Tensor.Cat([told.Narrow(1, 0, block.Opens) + worth, told.Narrow(1, block.Opens, block.Width - block.Opens)], 1);
            }
            chosen = odds * (told - (told * odds).Sum([1], keep: true)) / temperature;
        }
        if (column.Number is { } number)
        {
            var own = g.Narrow(1, 0, 1);
            if (column.IsGated)
                own *= rows.Narrow(1, first, column.Choice!.Opens).Sum([1], keep: true);
            parts.Add(number.Kind == BlockKind.Bounded ? own * (1 - value!.Square()) : own);
        }
        if (chosen is not null)
            parts.Add(chosen);
        return parts.Count == 1 ? parts[0] : Tensor.Cat([.. parts], 1);
    }
}
