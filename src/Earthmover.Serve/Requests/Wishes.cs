using Earthmover.Serve.Answers;
using Earthmover.Serve.Models;
using Earthmover.Sessions.Sampling;

namespace Earthmover.Serve.Requests;

/// <summary>What a body asks for, checked.</summary>
internal static class Wishes
{
    /// <summary>The samples that an order means.</summary>
    /// <param name="order">The body.</param>
    /// <param name="model">The model.</param>
    /// <param name="limits">What may be asked for.</param>
    /// <exception cref="Refusal">They cannot be.</exception>
    /// <exception cref="UserException">There is no such class.</exception>
    public static SampleWish Of(SampleOrder order, IServedModel model, ServeLimits limits)
    {
        var told = model.Told(order.Class, order.Text);
        if (order.Columns is < 1 || order.Columns > limits.Samples)
            throw Refusal.Bad($"\"columns\" is {order.Columns}; it is from 1 to {limits.Samples:N0}");
        var truncation = TruncationOf(order, model);
        if (order.Latent is { } latent)
            return OfLatents(order, latent, told, model, limits) with { Truncation = truncation };
        var (n, first) = (order.N ?? 1, order.Index ?? 0);
        if (n < 1 || n > limits.Samples)
            throw Refusal.Bad($"\"n\" is {n:N0}; it is from 1 to {limits.Samples:N0}");
        if (first < 0 || first > SampleWish.Most - n)
            throw Refusal.Bad($"\"index\" is {first:N0}; with {n:N0} samples it is from 0 to {SampleWish.Most - n:N0}; "
                + "use another \"seed\"");
        return new(order.Seed ?? 1, first, n, told) { Truncation = truncation };
    }

    private static double TruncationOf(SampleOrder order, IServedModel model) => order.Truncation switch
    {
        null => 1,
        not (>= 0 and <= 1) => throw Refusal.Bad($"\"truncation\" is {order.Truncation}; it is from 0 to 1"),
        _ when !model.Card.Abilities.Contains("stylist") =>
            throw Refusal.Bad("\"truncation\" is of models with the ability \"stylist\", and this one has it not; leave it out"),
        var given => given.Value,
    };

    private static SampleWish OfLatents(SampleOrder order, double[][] latent, Told? told, IServedModel model, ServeLimits limits)
    {
        if (order.Where is not null)
            throw Refusal.Bad("\"latent\" says which rows there are, and \"where\" asks for others; leave one of them out");
        if (order.N is not null || order.Seed is not null || order.Index is not null)
            throw Refusal.Bad("\"latent\" says which samples and how many; leave \"n\", \"seed\" and \"index\" out");
        if (latent.Length == 0 || latent.Length > limits.Samples)
            throw Refusal.Bad($"\"latent\" holds {latent.Length:N0} vectors; it holds from 1 to {limits.Samples:N0}");
        if (latent.FirstOrDefault(vector => vector?.Length != model.LatentSize) is { } other)
            throw Refusal.Bad($"a vector of \"latent\" has {other.Length:N0} numbers; this model's have {model.LatentSize:N0}");
        if (latent.Any(vector => vector is null))
            throw Refusal.Bad("a vector of \"latent\" is null");
        float[] values = [.. latent.SelectMany(vector => vector.Select(number => (float)number))];
        return values.All(float.IsFinite) ? new(0, 0, latent.Length, told, values)
            : throw Refusal.Bad("a vector of \"latent\" has a number that is not finite");
    }
}
