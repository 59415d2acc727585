namespace Earthmover.Health;

/// <summary>
/// The readings of a run and what follows from them. There is one verdict for each step: log, lamp, report and diagnosis all say this one.
/// </summary>
/// <remarks>
/// A rule speaks by the newest looks. What was red is not well because one look or two are: for at least three looks, and for one look for
/// every four that were red, the run stays amber.
/// Step sizes that fall to zero, for one, hide leaps that they do not mend.
/// </remarks>
/// <param name="patient">Whose it is.</param>
public sealed class Course(Patient patient)
{
    private const int FewestFree = 3, RedPerFree = 4;

    private readonly List<Reading> _history = [];
    private readonly List<Finding?> _red = [];
    private Diagnosis? _moment;

    /// <summary>All readings, oldest first.</summary>
    public IReadOnlyList<Reading> History => _history;

    /// <summary>What follows from all readings; at least one.</summary>
    public Diagnosis Diagnosis
    {
        get
        {
            var moment = _moment ?? throw new InvalidOperationException("nothing has been looked at yet");
            var last = _red.FindLastIndex(finding => finding is not null);
            if (last < 0 || last == _red.Count - 1)
                return moment;
            var (free, needed) = (_red.Count - 1 - last, Math.Max(FewestFree, _red.Count(finding => finding is not null) / RedPerFree));
            var until = _history[last].Step;
            if (free >= needed)
                return moment with { RedUntil = until };
            var ago = $"{free} {(free == 1 ? "look" : "looks")} ago";
            var kept = _red[last]! with { Severity = Verdict.Amber, Cause = $"until step {until:N0}, {ago}, {_red[last]!.Cause}" };
            var others = moment.Findings.Where(finding => finding.Rule != kept.Rule && !Rules.IsLastResort(finding.Rule));
            return moment with { Verdict = Verdict.Amber, Findings = [kept, .. others], RedUntil = until };
        }
    }

    /// <summary>Adds a reading.</summary>
    public void Add(Reading reading)
    {
        _history.Add(reading);
        _moment = Rules.At(_history, patient);
        _red.Add(_moment.Verdict == Verdict.Red ? _moment.Findings[0] : null);
    }

    /// <summary>Completes the newest reading.</summary>
    public void Complete(Signal signal, double value)
    {
        var reading = _history[^1].And(signal, value);
        _history.RemoveAt(_history.Count - 1);
        _red.RemoveAt(_red.Count - 1);
        Add(reading);
    }
}
