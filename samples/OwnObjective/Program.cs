// Plugs in an objective of one's own: once registered, it is chosen by its name, with options, as any other.
using Earthmover.Data;
using Earthmover.Objectives;
using Earthmover.Sessions;
using Earthmover.Torch;

using var registration = Objective.Register(
    new("cauchy", "log-cosh-like losses that outliers cannot pull", "scale=1", options => new Cauchy(options.Number("scale"))));

var plan = new RunPlan("gaussians-8")
{
    System = "gan",
    Settings = ["objective=cauchy?scale=0.5", "constraint=gradient-penalty?weight=0.1", "width=32"],
    Budget = new(Steps: 200),
};
using var run = TrainingRun.Start(plan, args.ElementAtOrDefault(0) ?? "own-run", new DataContext());
var outcome = run.Play();
Console.WriteLine($"{outcome.Ending} with {run.Session.Recipe.Options["objective"]}, state {outcome.StateHash}");

/// <summary>½ E log(1 + ((D(x) − 1)/s)²) + ½ E log(1 + (D(G(z))/s)²): LSGAN's targets, with a loss of heavy tails.</summary>
internal sealed record Cauchy(double Scale) : Objective
{
    public override string Name => "cauchy";

    public override Tensor Critic(Tensor real, Tensor fake, Samples? samples = null) => 0.5 * (Loss(real - 1) + Loss(fake));

    public override Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null) => 0.5 * Loss(fake - 1);

    private Tensor Loss(Tensor off) => ((off / Scale).Square() + 1).Log().Mean();
}
