using Earthmover.Data;
using Earthmover.Metrics.Tables;

namespace Earthmover.Claims.Lab;

/// <summary>Generated rows beside those that were learned from and fresh ones of the same table.</summary>
/// <param name="training">What was learned from.</param>
/// <param name="fresh">Rows that were not.</param>
public sealed class TableJudge(TableSet training, TableSet fresh)
{
    private readonly MeasuredTable _training = MeasuredTable.Of(training), _fresh = MeasuredTable.Of(fresh.Like(training));

    /// <summary>Mean of the means of columns and of all pairs, against the training rows.</summary>
    /// <param name="made">Rows of the same columns.</param>
    public double Quality(TableSet made) => TableQuality.Of(Of(made), _training).Quality;

    /// <summary>AUC of a forest that tells rows from fresh ones.</summary>
    /// <param name="made">Rows of the same columns.</param>
    public double Detection(TableSet made) => Metrics.Tables.Detection.Measure(Of(made), _fresh).Value;

    /// <summary>AUC on fresh rows of a forest that has learned from rows.</summary>
    /// <param name="made">Rows of the same columns.</param>
    public double Use(TableSet made) => Use(Of(made));

    /// <summary>The same of one that has learned from the training rows.</summary>
    public double UseOfReal() => Use(_training);

    /// <summary>The same of one that has learned from the training rows and others.</summary>
    /// <param name="made">The others.</param>
    public double UseOfBoth(TableSet made) => Use(_training.Join(Of(made)));

    private double Use(MeasuredTable rows) =>
        Usefulness.Measure(rows, _fresh, _training).First(value => value.Name == "use-forest").Value;

    private MeasuredTable Of(TableSet made) => MeasuredTable.Of(made.Like(training));
}
