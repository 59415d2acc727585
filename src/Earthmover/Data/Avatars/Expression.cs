namespace Earthmover.Data.Avatars;

/// <summary>How a mouth is drawn.</summary>
internal enum Mouth
{
    /// <summary>A line, bent by <see cref="Expression.Bend"/>.</summary>
    Line,

    /// <summary>Open and laughing, with teeth.</summary>
    Laughing,

    /// <summary>Open and round.</summary>
    Round,

    /// <summary>Open and laughing, with the tongue out.</summary>
    Tongue,

    /// <summary>Pursed lips.</summary>
    Kiss,

    /// <summary>Behind a mask.</summary>
    Masked,
}

/// <summary>What a face says, which is its class: how it is drawn, and the emoji that say the same.</summary>
/// <param name="Name">The class.</param>
/// <param name="Emoji">Characters, one after another.</param>
internal sealed record Expression(string Name, string Emoji)
{
    /// <summary>The mouth.</summary>
    public Mouth Mouth { get; init; }

    /// <summary>How far the corners of the mouth lie above its middle.</summary>
    public float Bend { get; init; }

    /// <summary>How far the outer ends of the brows lie above the inner ones.</summary>
    public float Scowl { get; init; }

    /// <summary>How far the brows are raised; those of a face that neither raises them nor scowls are hidden.</summary>
    public float Raised { get; init; }

    /// <summary>Whether dark glasses hide the eyes.</summary>
    public bool HasGlasses { get; init; }

    /// <summary>Whether its eyes may be closed.</summary>
    public bool Beams { get; init; }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Expression> All { get; } =
    [
        new("smile", "🙂😊☺") { Bend = 0.18f, Beams = true },
        new("laugh", "😀😃😄😁😆😅") { Mouth = Mouth.Laughing, Beams = true },
        new("sad", "☹🙁😞😟😢😔") { Bend = -0.18f, Scowl = -0.3f, Raised = 0.04f },
        new("angry", "😠😡😤") { Bend = -0.18f, Scowl = 0.5f, Raised = -0.13f },
        new("surprised", "😮😯😲😧😦") { Mouth = Mouth.Round, Raised = 0.1f },
        new("tongue", "😛😜😝🤪😋") { Mouth = Mouth.Tongue, Beams = true },
        new("kiss", "😗😘😙😚") { Mouth = Mouth.Kiss, Beams = true },
        new("neutral", "😐😑"),
        new("cool", "😎") { Bend = 0.16f, HasGlasses = true },
        new("masked", "😷") { Mouth = Mouth.Masked },
    ];
}
