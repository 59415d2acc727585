using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Systems;
using Earthmover.Torch;

namespace Earthmover.Claims.Acceptance;

/// <summary>R44: energies of real and generated samples meet below the margin, and the pulling term keeps codes apart.</summary>
public sealed class EbganEnergies : SystemClaim
{
    private const int Last = 200;
    private const double Margin = 0.08;

    private const string
        Apart = "difference of the energies of generated and real pictures, in parts of the latter",
        Below = "energy of generated pictures, over the margin",
        Pulled = "squared cosine of codes with the pulling term, over that without", Classes = "classes of garments that it makes, of 10",
        Learned = "energy of real pictures at the end, over that at the start";

    /// <inheritdoc/>
    public override string System => "ebgan";

    /// <inheritdoc/>
    public override string Title => "EBGAN: energies meet below the margin, and codes are pulled apart";

    /// <inheritdoc/>
    public override string Statement => """
        A critic that is an energy with a margin has an equilibrium in which generated and real samples cost the same, less than the margin.
        A term that makes codes of a batch orthogonal keeps its samples from being alike.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        Fashion-MNIST with the catalog's settings but no running average, 2,500 steps of 32, with the pulling term and without.
        Energies are those of the last 200 steps; the squared cosine is that of the codes of 1,000 samples; a class is made if a hundredth
        of 1,000 pictures is of it, by this program's own classifier. The paper's search over 512 settings was not repeated.
        The short form learns round blobs for 60 steps.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Long form: samples with the pulling term, and without; short form: blobs";

    /// <inheritdoc/>
    protected override string Comment => "The energy is a mean over pixels, so that the margin does not go by their number.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Apart, Band.AtMost(0.15)),
        new(Below, Band.AtMost(1)),
        new(Pulled, Band.AtMost(0.7)),
        new(Classes, Band.AtLeast(10)),
        new(Learned, null, Band.AtMost(0.8)),
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        if (trial.IsQuick)
        {
            var blobs = new Course(trial, "blobs", Blobs.Create(512, 16), 60, ["width=8", "latent_size=8", "code_size=8"]);
            return new(true, new Dictionary<string, double> { [Learned] = blobs.Fall }, Sheets.Beside(Sheets.Of(blobs.Samples)));
        }
        var data = trial.Open("fashion-mnist");
        var with = new Course(trial, "fashion-mnist", data, 2500, []);
        trial.Report(0.5);
        var without = new Course(trial, "fashion-mnist", data, 2500, ["pulling_away=0"]);
        using var judge = new PictureJudge(trial.Open("fashion-mnist?split=test"), 1000);
        return new(false, new Dictionary<string, double>
        {
            [Apart] = Math.Abs(with.Fake - with.Real) / with.Real,
            [Below] = with.Fake / Margin,
            [Pulled] = with.Cosine / without.Cosine,
            [Classes] = judge.Look(with.Drawn).Classes,
        }, Sheets.Beside(Sheets.Of(with.Samples), Sheets.Of(without.Samples)));
    }

    // A game to its end.
    private sealed class Course
    {
        private readonly List<double> _real = [], _fake = [];

        public Course(Trial trial, string address, DataSet data, int steps, string[] settings)
        {
            using var scope = TensorScope.Open();
            using var game = new PlayedGame(trial, address, "ebgan", steps, ["average_images=0", $"margin={Margin}", .. settings], data);
            game.PlayTo(steps, (_, moves) =>
            {
                _real.Add(moves[0].Terms["real"]);
                _fake.Add(moves[1].Terms["generated"]);
            });
            using var pause = Autograd.Pause();
            Cosine = Ebgan.SquaredCosine(game.System.Networks["critic"].Children.First().Forward(game.Generate(1000))).Item();
            (Samples, Drawn) = (game.Draw(36), game.Draw(1000));
        }

        public double Cosine { get; }
        public DataSet Samples { get; }
        public DataSet Drawn { get; }
        public double Real => _real.TakeLast(Last).Average();
        public double Fake => _fake.TakeLast(Last).Average();
        public double Fall => _real.TakeLast(10).Average() / _real.Take(5).Average();
    }
}
