using System.Globalization;
using System.Text;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Sessions;
using Earthmover.Systems;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Claims.Pages;

/// <summary>Who plays a system: players with their roles and networks, as they are built for the data of its example.</summary>
/// <param name="Address">The data.</param>
/// <param name="Kind">What its samples are.</param>
/// <param name="Players">The players in the order of their moves, with the parameters that each moves.</param>
/// <param name="Networks">Parameters of the networks by name.</param>
internal sealed record CastList(
    string Address, DataKind Kind, IReadOnlyList<(string Name, Role Role, long Parameters)> Players,
    IReadOnlyDictionary<string, long> Networks)
{
    // A few samples say what there is to build; as many as an example keeps labels.
    private const string Few = "limit=256";

    /// <summary>The cast of a system.</summary>
    public static CastList Of(SystemEntry entry)
    {
        var address = entry.Example.Split(' ')[2];
        var pictures = DataCatalog.Open(address) is ImageSet;
        var data = DataCatalog.Open(pictures ? $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Few}" : address);
        using var scope = TensorScope.Open();
        var plan = new RunPlan(address) { System = entry.Name, Settings = ["batch=2"], Budget = new(Steps: 1), Threads = 1 };
        var recipe = plan.Resolve(data);
        using var session = Session.Start(recipe, data);
        var players = session.System switch
        {
            GanSystem<Batch> single => PlayersOf(single),
            GanSystem<PairedBatch> paired => PlayersOf(paired),
            GanSystem<UnpairedBatch> unpaired => PlayersOf(unpaired),
            var other => throw new NotSupportedException($"no page knows the batches of {other}"),
        };
        return new(address, data.Kind, players, session.System.Networks.ToDictionary(n => n.Key, n => n.Value.ParameterCount));
    }

    private static IReadOnlyList<(string, Role, long)> PlayersOf<TBatch>(GanSystem<TBatch> system) where TBatch : class, IDisposable =>
        [.. system.Players.Select(p => (p.Name, p.Role, p.Networks.Distinct().Sum(n => n.ParameterCount)))];

    /// <summary>The players as a table in Markdown.</summary>
    public string Table()
    {
        var table = new StringBuilder("## Players\n\n| player | role | parameters that it moves |\n|---|---|---|\n");
        foreach (var (name, role, parameters) in Players)
            table.Append($"| {name} | {Enum.GetName(role)!.ToLowerInvariant()} | {Number(parameters)} |\n");
        var networks = string.Join(", ", Networks.Select(n => $"`{n.Key}` {Number(n.Value)}"));
        return $"{table}\nIn the order of their moves, as they are built for `{Address}`. Parameters of the networks: {networks}.\n";
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
