using Earthmover.Claims.Acceptance;
using Earthmover.Claims.Critics;
using Earthmover.Claims.Theory;
using Earthmover.Claims.Training;
using Earthmover.Systems;

namespace Earthmover.Claims;

/// <summary>
/// Every claim, in the order of the story: what the distance is, what is wrong with the first game, what a critic knows, what training
/// shows.
/// </summary>
public static class ClaimCatalog
{
    /// <summary>The claims.</summary>
    public static IReadOnlyList<Claim> All { get; } =
    [
        new ParallelLines(),
        new DiracDynamics(),
        new Topology(),
        new Kantorovich(),
        new UnitGradient(),
        new OptimalDiscriminator(),
        new LogDTrick(),
        new FDivergences(),
        new Ipm(),
        new InstanceNoise(),
        new TwoGaussians(),
        new CriticSchedules(),
        new OneSided(),
        new FiniteDifferences(),
        new WganDivergences(),
        new SpectralNorms(),
        new CTransforms(),
        new BatchCoupling(),
        new StaticEstimate(),
        new FreshBatches(),
        new EstimateWhileTraining(),
        new BatchEffect(),
        new KMeansSamples(),
        new EuclidAndEye(),
        new ClippingDiseases(),
        new ValueSurfaces(),
        new ToyGenerators(),
        new WhoTracksW(),
        new LossAndQuality(),
        new OverfittedCritic(),
        new ConvergenceSpeed(),
        new Architectures(),
        new RandomArchitectures(),
        new AnyObjective(),
        new FeatureMatchingMoments(),
        new MinibatchModes(),
        new TableLosses(),
        new CtganParts(),
        new TableAugmentation(),
        new PictureAugmentation(),
        new SurveyTranslation(),
        new Tricks(),
        new Text(),
        new ProjectionClasses(),
        new CganClasses(),
        new AcGanClasses(),
        new SaganDistance(),
        new StyleGanStyles(),
        new GanClsTexts(),
        new StackGanStages(),
        new PpgnChains(),
        new InfoGanCodes(),
        new IganEdits(),
        new ImprovedGanLabels(),
        new Pix2PixSharpness(),
        new AffGanSuperResolution(),
        new GpGanBlend(),
        new Zi2ZiFonts(),
        new DcganScale(),
        new LsganOptimum(),
        new LapganChain(),
        new LapganScenes(),
        new R3GanPace(),
        new BeganBalance(),
        new EbganEnergies(),
        new CycleGanRotation(),
        new CycleGanPictures(),
        new DiscoGanModes(),
        new DualGanRotation(),
        new RegGanModes(),
        new CoGanPairs(),
        new DtnTransfers(),
        new BiGanInverse(),
        new AliGrid(),
        new AliPictures(),
        new TablePeople(),
    ];

    /// <summary>What is measured of a system: the claims that accept it, and those about its rows that are of no single system.</summary>
    /// <param name="entry">The system.</param>
    public static IReadOnlyList<Claim> Of(SystemEntry entry) =>
        [.. All.Where(claim => claim is SystemClaim own ? own.System == entry.Name : claim.Rows.Intersect(entry.Rows).Any())];

    /// <summary>The claim of a name.</summary>
    /// <exception cref="UserException">There is none; the message lists the names.</exception>
    public static Claim Named(string name) => All.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new UserException($"there is no claim '{name}'{NearestName.Hint(name, All.Select(c => c.Name))}; "
            + $"known are {string.Join(", ", All.Select(c => c.Name))}");
}
