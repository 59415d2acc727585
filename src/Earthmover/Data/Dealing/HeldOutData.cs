namespace Earthmover.Data.Dealing;

/// <summary>Samples of the same kind as some data that nobody trains on.</summary>
public static class HeldOutData
{
    private const int FreshPoints = 4096;

    /// <summary>
    /// Divides data into what is trained on and what is kept, by a seed. Pairs stay together; of two domains that do not correspond each is
    /// divided on its own.
    /// </summary>
    /// <param name="data">The data.</param>
    /// <param name="share">Share that is kept, from 0, which keeps nothing, to below 1.</param>
    /// <param name="seed">Seed of the choice.</param>
    /// <exception cref="UserException">Nothing would be left on one side.</exception>
    public static (DataSet Training, DataSet? Kept) Split(DataSet data, double share, long seed)
    {
        if (share == 0)
            return (data, null);
        var (rest, kept) = Rows(data, share, seed);
        if (data.Pairing is Pairing.Aligned or Pairing.Captioned)
            return (Subset.OfPairs(data, rest), Subset.OfPairs(data, kept));
        var (training, held) = (Subset.Of(data, rest), Subset.Of(data, kept));
        if (data.Counterpart is { } other)
        {
            (rest, kept) = Rows(other, share, seed);
            training.PairWith(Subset.Of(other, rest), data.Pairing);
            held.PairWith(Subset.Of(other, kept), data.Pairing);
        }
        return (training, held);
    }

    private static (int[] Others, int[] Kept) Rows(DataSet data, double share, long seed)
    {
        var count = (int)Math.Round(share * data.Count);
        if (count < 1 || count >= data.Count)
            throw new UserException($"hold_out={share} of {data.Count} samples leaves {data.Count - count} to train on and keeps {count}; "
                + $"both must be at least 1");
        var order = Subset.Order(data.Count, seed);
        return (order[count..], order[..count]);
    }

    /// <summary>Samples that what a system generates should be like and that it does not train on; null where there are none.</summary>
    /// <param name="address">Where the data came from.</param>
    /// <param name="kept">What was kept of it, or null.</param>
    /// <param name="source">The batches that the system plays with.</param>
    public static DataSet? Of(string address, DataSet? kept, BatchSource source)
    {
        var isSecond = source.Target != source;
        if (kept is not null)
            return isSecond ? kept.Counterpart : kept;
        var found = For(address, source.Target.Data, isSecond);
        return source is { Data.Pairing: Pairing.Captioned, Partners.Data: TextSet captions } && found is not null
            ? InSymbolsOf(captions, found) : found;
    }

    // The captions of a part are coded by what occurs in it; null where it has symbols of its own.
    private static DataSet? InSymbolsOf(TextSet captions, DataSet part)
    {
        if (part.Counterpart is not TextSet others || others.AreWords != captions.AreWords)
            return null;
        int[] places = [.. others.Vocabulary.Select(symbol => captions.Vocabulary.ToList().IndexOf(symbol))];
        var codes = new int[part.Count * captions.Length];
        var length = Math.Min(captions.Length, others.Length);
        for (var row = 0; row < part.Count; row++)
            for (var place = 0; place < length; place++)
                codes[row * captions.Length + place] = places[others[row][place]];
        if (codes.Any(code => code < 0))
            return null;
        part.PairWith(new TextSet(others.Name, captions.Length, codes, captions.Vocabulary) { AreWords = captions.AreWords }, part.Pairing);
        return part;
    }

    /// <summary>Fresh draws where the law is known; the test part where the data comes in parts; null otherwise.</summary>
    /// <param name="address">Where the data came from.</param>
    /// <param name="data">The data, of one domain.</param>
    /// <param name="isSecond">Whether that is the second of the address.</param>
    public static DataSet? For(string address, DataSet data, bool isSecond = false)
    {
        if (data is PointSet { Source: { } source } points)
        {
            var values = new float[FreshPoints * points.Dimension];
            source.Sample(new SeededRandom(0x68656c64, "held out"), values);
            return new PointSet($"{points.Name}, held out", points.Dimension, values) { Density = points.Density, Source = source };
        }
        if (data is TableSet table)
            return OfTable(address, table);
        // Classes that were made of clusters do not reach samples that were not clustered.
        if (data is not ImageSet images)
            return null;
        try
        {
            return DataCatalog.OpenTestPart(address, isSecond: isSecond) is ImageSet other && other.Fingerprint != data.Fingerprint
                && other.Shape == images.Shape && (other.ClassNames is null) == (images.ClassNames is null)
                ? WithClassesOf(images, other)
                : null;
        }
        catch (Exception e) when (e is UserException or IOException)
        {
            return null; // there is no such part
        }
    }

    private static TableSet? OfTable(string address, TableSet table)
    {
        try
        {
            return DataCatalog.IsBuiltIn(address) && DataCatalog.OpenTestPart(address) is TableSet test
                && test.Fingerprint != table.Fingerprint ? test.Like(table) : null;
        }
        catch (Exception e) when (e is UserException or IOException)
        {
            return null; // there is no such part
        }
    }

    // A part may lack classes that another has; a class is known by its name, and pictures of classes that are not trained on are left out.
    private static ImageSet? WithClassesOf(ImageSet training, ImageSet other)
    {
        if (other.Labels is not { } labels || training.ClassNames!.SequenceEqual(other.ClassNames!))
            return other;
        var numbers = other.ClassNames!.Select(name => training.ClassNames!.ToList().IndexOf(name)).ToArray();
        int[] rows = [.. Enumerable.Range(0, other.Count).Where(i => numbers[labels[i]] >= 0)];
        if (rows.Length == 0)
            return null;
        var known = (ImageSet)Subset.Of(other, rows);
        int[] renumbered = [.. known.Labels!.Select(label => numbers[label])];
        return new ImageSet(known.Name, known.Shape, known.Pixels, renumbered, training.ClassNames)
        {
            Problems = other.Problems,
            Notes = other.Notes,
        };
    }
}
